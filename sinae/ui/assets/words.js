// How numbers are put into words on the probe.

import { number } from "./number.js";
import { meanSquaredError } from "./sine.js";

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

// What there is to say about a signal and its reconstruction, null for none; `clean` is the sine of
// the view, without noise.
export function explain(network, signal, output, view, clean, parameters) {
  if (!network) return "Nothing is trained yet, so there is only the input to see.";
  if (!output && network.trained) return "Its weights are on their way.";
  if (!output) return "This network has not been trained yet: its reconstruction appears with the first steps.";
  if (!output.every(Number.isFinite)) return "This network's output is not a finite number, so there is nothing to draw. Its training went wrong: try a smaller learning rate.";
  if (view.noise) {
    const before = meanSquaredError(signal, clean);
    const after = meanSquaredError(output, clean);
    return `Against the clean sine: noisy input ${number(before)}, reconstruction ${number(after)}. The network ${after < before ? "removes noise" : "does not help"} here.`;
  }
  if (parameters.some(({ key, high }) => view[key] > high)) return "This sine is outside the training range: the network has never seen one like it.";
  return "";
}
