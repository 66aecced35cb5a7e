// What one frame shows: the signal that goes into the networks, and what they make of it.

import { forward } from "../forward.js";
import { evaluate, rangeOf } from "./family.js";
import { normals } from "./noise.js";

export function meanSquaredError(a, b) {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
}

let pattern = { seed: null, values: [] }; // the last noise, which stays the same while a hand moves

// Returns the signal of a view, or of a pinned input, with its noise.
export function input(family, { values, noise, noise_seed: seed }) {
  const clean = evaluate(family, values);
  if (!noise) return clean;
  if (pattern.seed !== seed || pattern.values.length !== clean.length) pattern = { seed, values: normals(seed, clean.length) };
  return clean.map((value, i) => value + noise * pattern.values[i]);
}

// Returns the scene of the probe's state; `output`, `latents` and `other` are null if no network gives any.
export function sceneOf({ family, view, network, compared }) {
  const signal = input(family, view);
  const ready = Boolean(network?.layers);
  const stages = ready ? forward(network.layers, signal) : [signal];
  const output = ready ? stages.at(-1) : null;
  return {
    signal,
    clean: view.noise ? evaluate(family, view.values) : signal,
    stages, // the values in all layers, the input first
    output,
    finite: output?.every(Number.isFinite) ?? false,
    latents: ready && network.encoder.length ? stages[network.encoder.length] : null,
    mse: ready ? meanSquaredError(output, signal) : NaN,
    other: compared?.layers ? forward(compared.layers, signal).at(-1) : null,
    range: rangeOf(family, view.beyond) + Math.ceil(2 * view.noise), // most of the noise fits in
  };
}
