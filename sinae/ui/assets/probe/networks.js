// Makes the networks of the page ready to run: decodes their weights, cuts them into layers, and looks where
// the values in each layer lie on typical signals.

import { forward, layersOf } from "../forward.js";
import { clamp } from "../number.js";
import { evaluate, spread, starts } from "./family.js";

const SAMPLE_PRODUCTS = 2e7; // the most multiplications that the samples may cost

// Returns how many signals to send through the layers: as many as `products` multiplications pay for. It counts
// no milliseconds, for then the picture would depend on how busy the machine is.
export function affordable(layers, products, fewest, most) {
  const each = layers.reduce((sum, { kernel }) => sum + kernel.length, 0);
  return clamp(Math.round(products / each), fewest, most);
}

// Returns the size that nine of ten values do not exceed, or 1 if there is none.
function large(lists) {
  const sizes = lists.flatMap((values) => Array.from(values, Math.abs)).sort((a, b) => a - b);
  const size = sizes[Math.floor(0.9 * (sizes.length - 1))];
  return size > 0 && Number.isFinite(size) ? size : 1;
}

// Returns the mean of the values of one latent, and their standard deviation.
function variation(values) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const middle = mean(values);
  return { middle, spread: Math.sqrt(mean(values.map((value) => (value - middle) ** 2))) || 1 };
}

// Returns the next of 1, 2, 5, 10, 20, 50, ... so that axes and sliders change seldom while a network learns.
function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * ten).find((limit) => limit >= value * 0.999);
}

function prepared(network, family) {
  const bytes = Uint8Array.from(atob(network.weights), (character) => character.charCodeAt(0));
  const layers = layersOf(network.sizes, network.activations, new Float32Array(bytes.buffer));
  const end = network.bottleneck ?? 0; // the input is no bottleneck
  // The values in all layers for signals that cover the training range evenly.
  const length = affordable(layers, SAMPLE_PRODUCTS, 8, 48);
  const taken = Array.from({ length }, (_, n) => forward(layers, evaluate(family, spread(family, n))));
  const codes = end ? taken.map((stages) => stages[end]) : [];
  const output = forward(layers, evaluate(family, starts(family))).at(-1);
  return {
    layers,
    encoder: layers.slice(0, end),
    decoder: layers.slice(end),
    finite: output.every(Number.isFinite),
    // What counts as large: in each layer, the input first, and among the latent values, as a round number.
    large: taken[0].map((_, s) => large(taken.map((stages) => stages[s]))),
    latentLimit: roundUp(large(codes)),
    latents: Array.from(codes[0] ?? [], (_, i) => variation(codes.map((code) => code[i]))),
  };
}

// Returns the latent values of a signal, or null if the network has none, or no weights yet.
export const latentsOf = (network, signal) => (network?.layers && network.encoder.length ? forward(network.encoder, signal).at(-1) : null);

// Returns a function that makes a network ready for signals of its family, once for the same weights.
export function preparer() {
  const ready = new Map();
  return (network, family) => {
    if (!network) return null;
    const known = ready.get(network.id);
    // Only the networks that are shown get new weights; until these come, the last ones serve.
    if (known && ((network.trained && !network.weights) || known.weights === network.weights)) {
      return { ...known, ...network, weights: known.weights };
    }
    if (!network.weights) return { ...network, layers: null };
    const fresh = { ...network, ...prepared(network, family) };
    ready.set(network.id, fresh);
    return fresh;
  };
}
