// The signal that goes into a network: a member of the family, and noise on it.

import { evaluate } from "./family.js";

export function meanSquaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

// Random numbers from the standard normal distribution, the same for the same seed: mulberry32
// for uniform ones, Box and Muller's way from those to normal ones.
export function normals(seed, length) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
}

let pattern = { seed: null, values: [] }; // of noise: the last one, which a moving hand leaves alone

// The signal of a view, or of a pinned one.
export function input(family, { values, noise, noise_seed: seed }) {
  const clean = evaluate(family, values);
  if (!noise) return clean;
  if (pattern.seed !== seed || pattern.values.length !== clean.length) pattern = { seed, values: normals(seed, clean.length) };
  return clean.map((value, i) => value + noise * pattern.values[i]);
}
