// What a visitor has set on the probe, and how it is written into the page's address. Each part
// is declared once, here: its start, how it is read from text, how it is written.

import { readNumber, rounded } from "./number.js";

// Undefined where there is none, or none that is certain; 1e999 is none either.
const number = (text) => (text === null ? undefined : readNumber(text, "", -Number.MAX_VALUE, Number.MAX_VALUE).value);
const short = (value) => String(rounded(value));
const numbers = (text, count) => {
  const values = (text ?? "").split(" ").map(number);
  return values.every((value) => value !== undefined) && (!count || values.length === count) ? values : undefined;
};
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
// A parameter's value as it can be set: the phase, which goes round, within one turn. 2 pi as an
// address rounds it is its end, not its start.
const set = ({ key, low, widest }, value) => {
  const inside = value >= low && value <= rounded(widest);
  return clamp(key === "phase" && !inside ? around(value, low, widest) : value, low, widest);
};
export const around = (value, low, high) => value - (high - low) * Math.floor((value - low) / (high - low));

export const MOST_NOISE = 3;

function parts(parameters) {
  const sine = parameters.map((parameter) => ({
    key: parameter.key,
    start: parameter.start,
    read: (text) => (number(text) === undefined ? undefined : set(parameter, number(text))),
    write: short,
  }));
  const flag = (key) => ({ key, start: false, read: (text) => (text === null ? undefined : text === "true"), write: String });
  const name = (key) => ({ key, start: "", read: (text) => text?.slice(0, 80), write: String });
  return [
    ...sine,
    flag("beyond"),
    { key: "noise", start: 0, read: (text) => (number(text) === undefined ? undefined : clamp(number(text), 0, MOST_NOISE)), write: short },
    { key: "noise_seed", start: 1, read: (text) => (number(text) === undefined ? undefined : clamp(Math.trunc(number(text)), 1, 2 ** 31)), write: String },
    {
      // phase, frequency, amplitude, noise, noise_seed
      key: "pinned",
      start: null,
      read: (text) => {
        const values = numbers(text, 5);
        if (!values) return undefined;
        const sines = parameters.map((parameter, i) => [parameter.key, set(parameter, values[i])]);
        return { ...Object.fromEntries(sines), noise: clamp(values[3], 0, MOST_NOISE), noise_seed: Math.trunc(values[4]) };
      },
      write: (pinned) => [...parameters.map(({ key }) => short(pinned[key])), short(pinned.noise), pinned.noise_seed].join(" "),
    },
    name("network"),
    name("compare"),
    {
      key: "latents",
      start: null,
      read: (text) => numbers(text)?.slice(0, 64).map((value) => clamp(value, -1e6, 1e6)),
      write: (values) => values.map(short).join(" "),
    },
    flag("fit"),
  ];
}

// The view that an address's query string describes; what it lacks, or says wrongly, is at its start.
export function readView(parameters, query) {
  const search = new URLSearchParams(query);
  return Object.fromEntries(parts(parameters).map(({ key, start, read }) => [key, read(search.get(key)) ?? start]));
}

// A query string with a view in it, and all of its other parts as they were.
export function writeView(parameters, view, query) {
  const search = new URLSearchParams(query);
  for (const { key, start, write } of parts(parameters)) {
    if (view[key] === start) search.delete(key);
    else search.set(key, write(view[key]));
  }
  return search.toString();
}

// Whether a query string says anything about a view.
export function describesView(parameters, query) {
  const search = new URLSearchParams(query);
  return parts(parameters).some(({ key }) => search.has(key));
}
