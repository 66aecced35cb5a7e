// How the visitor's view is read from the page's address and written into it. Each part of a view is declared
// once, with its start, how it is read from a text, and how it is written.

import { clamp, readNumber, rounded } from "../number.js";
import { LARGEST_NOISE, MOST_BARS } from "../protocol.js";
import { settable } from "./family.js";

const part = (key, start, read, write = String) => ({ key, start, read, write });

// Returns undefined for a text that is no number, or may be two; 1e999 is none either.
const number = (text) => readNumber(text, "", -Number.MAX_VALUE, Number.MAX_VALUE).value;
const numbers = (text) => {
  const values = text.split(" ").map(number);
  return values.includes(undefined) ? undefined : values;
};
const short = (value) => String(rounded(value));
const noise = (value) => clamp(value, 0, LARGEST_NOISE);

const single = (key, start, use, write = short) =>
  part(key, start, (text) => (number(text) === undefined ? undefined : use(number(text))), write);
const flag = (key) => part(key, false, (text) => text === "true");
const name = (key) => part(key, "", (text) => text.slice(0, 80));
const valueParts = ({ parameters }) =>
  parameters.map((parameter) => single(parameter.key, parameter.start, (value) => settable(parameter, value)));

// The pinned input: the values of the family's parameters, the noise and its seed.
function pinned({ parameters }) {
  const read = (text) => {
    const all = numbers(text);
    if (all?.length !== parameters.length + 2) return undefined;
    const [size, seed] = all.slice(-2);
    const values = Object.fromEntries(parameters.map((parameter, i) => [parameter.key, settable(parameter, all[i])]));
    return { values, noise: noise(size), noise_seed: Math.trunc(seed) };
  };
  const write = (input) => [...parameters.map(({ key }) => short(input.values[key])), short(input.noise), input.noise_seed].join(" ");
  return part("pinned", null, read, write);
}

function latents() {
  const read = (text) =>
    numbers(text)
      ?.slice(0, MOST_BARS)
      .map((value) => clamp(value, -1e6, 1e6));
  return part("latents", null, read, (values) => values.map(short).join(" "));
}

const viewParts = (family) => [
  flag("beyond"),
  single("noise", 0, noise),
  single("noise_seed", 1, (value) => clamp(Math.trunc(value), 1, 2 ** 31), String),
  pinned(family),
  name("network"),
  name("compare"),
  latents(),
  flag("fit"),
];

// Returns the view of a family's signals that a query string describes: {values, beyond, noise, ...}. Parts
// that the string lacks, or that it gets wrong, are at their start.
export function readView(family, query) {
  const search = new URLSearchParams(query);
  const read = (parts) => Object.fromEntries(parts.map((part) => [part.key, part.read(search.get(part.key) ?? "") ?? part.start]));
  return { values: read(valueParts(family)), ...read(viewParts(family)) };
}

// Returns a query string with a view written into it, its other parts unchanged; `families` are all those
// whose parameters it may hold.
export function writeView(families, family, view, query) {
  const search = new URLSearchParams(query);
  for (const { parameters } of families) {
    for (const { key } of parameters) if (!(key in view.values)) search.delete(key);
  }
  const write = (parts, values) => {
    for (const { key, start, write } of parts) {
      if (values[key] === start) search.delete(key);
      else search.set(key, write(values[key]));
    }
  };
  write(valueParts(family), view.values);
  write(viewParts(family), view);
  return search.toString();
}

// Returns whether a query string says anything about a view.
export function describesView(families, query) {
  const search = new URLSearchParams(query);
  return families.some((family) => [...valueParts(family), ...viewParts(family)].some(({ key }) => search.has(key)));
}
