// How numbers are put into words on the probe.

import { number } from "./number.js";

// A latent value, to two decimals: those of a network stand in columns.
export function signed(value) {
  if (!(Math.abs(value) < 100)) return number(value);
  const text = value.toFixed(2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

// The parameters of a sine, as a screen reader says them.
export const SPOKEN = {
  phase: (value) => `${value.toFixed(2)} radians in the middle, ${(value / 2 / Math.PI).toFixed(2)} turns`,
  frequency: (value) => `${value.toFixed(3)} radians per point, a wave is ${((2 * Math.PI) / value).toFixed(0)} points long`,
  amplitude: (value) => value.toFixed(2),
};
