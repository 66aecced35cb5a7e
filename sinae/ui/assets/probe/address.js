// What a visitor has set on the probe, and how it is written into the page's address. Each part
// is declared once, here: its start, how it is read from text, how it is written.

import { readNumber, rounded } from "../number.js";
import { LARGEST_NOISE, MOST_BARS } from "../protocol.js";
import { clamp, settable } from "./family.js";

// Undefined where there is none, or none that is certain; 1e999 is none either.
const number = (text) => (text === null ? undefined : readNumber(text, "", -Number.MAX_VALUE, Number.MAX_VALUE).value);
const numbers = (text, count) => {
  const values = (text ?? "").split(" ").map(number);
  return values.every((value) => value !== undefined) && (!count || values.length === count) ? values : undefined;
};
const short = (value) => String(rounded(value));

const single = (key, start, use, write = short) => ({
  key,
  start,
  read: (text) => (number(text) === undefined ? undefined : use(number(text))),
  write,
});
const flag = (key) => ({ key, start: false, read: (text) => (text === null ? undefined : text === "true"), write: String });
const name = (key) => ({ key, start: "", read: (text) => text?.slice(0, 80), write: String });
const noise = (value) => clamp(value, 0, LARGEST_NOISE);

const valueParts = ({ parameters }) =>
  parameters.map((parameter) => single(parameter.key, parameter.start, (value) => settable(parameter, value)));

// The values of the family's parameters, noise and its seed, one after the other.
const pinned = ({ parameters }) => ({
  key: "pinned",
  start: null,
  read(text) {
    const all = numbers(text, parameters.length + 2);
    if (!all) return undefined;
    const [size, seed] = all.slice(-2);
    const values = Object.fromEntries(parameters.map((parameter, i) => [parameter.key, settable(parameter, all[i])]));
    return { values, noise: noise(size), noise_seed: Math.trunc(seed) };
  },
  write: (input) => [...parameters.map(({ key }) => short(input.values[key])), short(input.noise), input.noise_seed].join(" "),
});

const viewParts = (family) => [
  flag("beyond"),
  single("noise", 0, noise),
  single("noise_seed", 1, (value) => clamp(Math.trunc(value), 1, 2 ** 31), String),
  pinned(family),
  name("network"),
  name("compare"),
  {
    key: "latents",
    start: null,
    read: (text) =>
      numbers(text)
        ?.slice(0, MOST_BARS)
        .map((value) => clamp(value, -1e6, 1e6)),
    write: (values) => values.map(short).join(" "),
  },
  flag("fit"),
];

// The view of a family's signals that a query string describes: {values, beyond, noise, ...}; what the
// string lacks, or says wrongly, is at its start.
export function readView(family, query) {
  const search = new URLSearchParams(query);
  const read = (parts) => Object.fromEntries(parts.map((part) => [part.key, part.read(search.get(part.key)) ?? part.start]));
  return { values: read(valueParts(family)), ...read(viewParts(family)) };
}

// A query string with a view in it, and all of its other parts as they were; `families` are all whose
// parameters it may hold.
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

// Whether a query string says anything about a view.
export function describesView(families, query) {
  const search = new URLSearchParams(query);
  return families.some((family) => [...valueParts(family), ...viewParts(family)].some(({ key }) => search.has(key)));
}
