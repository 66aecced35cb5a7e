// The probe's sentences about a signal and its reconstruction.

import { number } from "../number.js";
import { described, spoken } from "./family.js";
import { meanSquaredError } from "./scene.js";

// Writes a latent value with two decimals, for a network's latent values stand in a column.
export function signed(value) {
  if (!(Math.abs(value) < 100)) return number(value);
  const text = value.toFixed(2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

// Explains a scene of the probe's state.
export function explain({ network, view, family }, { signal, clean, output, finite }) {
  const { member, parameters } = family;
  if (!network) return "Nothing is trained yet, so there is only the input to see.";
  if (!output && network.trained) return "Its weights are on their way.";
  if (!output) return "This network has not been trained yet: its reconstruction appears with the first steps.";
  if (!finite)
    return "This network's output is not a finite number, so there is nothing to draw. Its training went wrong: try a smaller learning rate.";
  if (view.noise) {
    const before = meanSquaredError(signal, clean);
    const after = meanSquaredError(output, clean);
    const verdict = after < before ? "removes noise" : "does not help";
    return `Against the clean ${member}: noisy input ${number(before)}, reconstruction ${number(after)}. The network ${verdict} here.`;
  }
  if (!parameters.some(({ key, high }) => view.values[key] > high)) return "";
  return `This ${member} is outside the training range: the network has never seen one like it.`;
}

// Describes a scene to those who do not see it: {label} is about the whole plot, {found} about what the network makes.
export function describe({ view, family }, { output, latents, mse }) {
  const values = described(family, (parameter) => spoken(family, parameter, view.values[parameter.key]));
  const code = latents ? ` Latent values ${Array.from(latents).slice(0, 8).map(signed).join(", ")}.` : "";
  const found = output ? ` Mean squared error ${number(mse)}.${code}` : "";
  const label = `The input ${family.member}${found ? " and its reconstruction" : ""}. Input: ${values.join("; ")}.${found}`;
  return { label, found };
}
