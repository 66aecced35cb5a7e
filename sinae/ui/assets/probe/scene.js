// What one frame shows: the signal of the view, and what the networks make of it.

import { forward } from "../forward.js";
import { evaluate, rangeOf } from "./family.js";
import { input, meanSquaredError } from "./signal.js";

// Takes the probe's state. `output`, `latents` and `other` are null where no network gives any.
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
    range: rangeOf(family, view.beyond),
  };
}
