// How numbers are put into words on the probe.

import { number } from "../number.js";
import { described, spoken } from "./family.js";
import { meanSquaredError } from "./scene.js";

// A latent value, to two decimals: those of a network stand in columns.
export function signed(value) {
  if (!(Math.abs(value) < 100)) return number(value);
  const text = value.toFixed(2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

// What there is to say about a signal and its reconstruction, of the probe's state and a scene of it.
export function explain({ network, view, family }, { signal, clean, output, finite }) {
  const { waveform, parameters } = family;
  if (!network) return "Nothing is trained yet, so there is only the input to see.";
  if (!output && network.trained) return "Its weights are on their way.";
  if (!output) return "This network has not been trained yet: its reconstruction appears with the first steps.";
  if (!finite)
    return "This network's output is not a finite number, so there is nothing to draw. Its training went wrong: try a smaller learning rate.";
  if (view.noise) {
    const before = meanSquaredError(signal, clean);
    const after = meanSquaredError(output, clean);
    const verdict = after < before ? "removes noise" : "does not help";
    return `Against the clean ${waveform}: noisy input ${number(before)}, reconstruction ${number(after)}. The network ${verdict} here.`;
  }
  if (!parameters.some(({ key, high }) => view.values[key] > high)) return "";
  return `This ${waveform} is outside the training range: the network has never seen one like it.`;
}

// The same picture for those who do not see it: {label} of the input, {found} of what the network gives.
export function describe({ view, family }, { output, latents, mse }) {
  const values = described(family, (parameter) => spoken(family, parameter, view.values[parameter.key]));
  const code = latents ? ` Latent values ${Array.from(latents).slice(0, 8).map(signed).join(", ")}.` : "";
  const found = output ? ` Mean squared error ${number(mse)}.${code}` : "";
  const label = `The input ${family.waveform}${found ? " and its reconstruction" : ""}. Input: ${values.join("; ")}.${found}`;
  return { label, found };
}
