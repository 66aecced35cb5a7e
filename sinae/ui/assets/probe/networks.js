// The networks that the page sends, made ready to run: their weights decoded and cut into layers,
// and where the values in each layer lie on typical signals.

import { forward, layersOf } from "../forward.js";
import { evaluate, spread, starts } from "./family.js";

const SAMPLE_PRODUCTS = 2e7; // what the samples may cost, in multiplications

function decoded(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

// How many signals to send through the layers: as many as `products` multiplications pay for. Not as
// many as some milliseconds do: then the picture would hang on how busy the machine is.
export function affordable(layers, products, fewest, most) {
  const each = layers.reduce((sum, { kernel }) => sum + kernel.length, 0);
  return Math.min(most, Math.max(fewest, Math.round(products / each)));
}

// The values in all layers for signals that cover the training range evenly.
function samples(layers, family) {
  const count = affordable(layers, SAMPLE_PRODUCTS, 8, 48);
  return Array.from({ length: count }, (_, n) => forward(layers, evaluate(family, spread(family, n))));
}

// The size that nine of ten values do not exceed; 1 where there is none.
function large(lists) {
  const sizes = lists.flatMap((values) => Array.from(values, Math.abs)).sort((a, b) => a - b);
  const size = sizes[Math.floor(0.9 * (sizes.length - 1))];
  return size > 0 && Number.isFinite(size) ? size : 1;
}

// Around what the values of one latent lie, and how far apart.
function variation(values) {
  const middle = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { middle, spread: Math.sqrt(values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / values.length) || 1 };
}

// The next of 1, 2, 5, 10, 20, 50, ... so that axes and sliders change seldom while a network learns.
export function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * ten).find((limit) => limit >= value * 0.999);
}

function prepared(network, family) {
  const layers = layersOf(network.sizes, network.activations, decoded(network.weights));
  const end = network.bottleneck === null ? 0 : network.bottleneck + 1;
  const taken = samples(layers, family);
  const codes = end ? taken.map((stages) => stages[end]) : [];
  const output = forward(layers, evaluate(family, starts(family))).at(-1);
  return {
    layers,
    encoder: layers.slice(0, end),
    decoder: layers.slice(end),
    finite: output.every(Number.isFinite),
    // What counts as large: in each layer, input first; for the latent values, in a round number.
    large: taken[0].map((_, s) => large(taken.map((stages) => stages[s]))),
    latentLimit: roundUp(large(codes)),
    latents: Array.from(codes[0] ?? [], (_, i) => variation(codes.map((code) => code[i]))),
  };
}

// The latent values of a signal; null where the network has none, or no weights yet.
export const latentsOf = (network, signal) => (network?.layers && network.encoder.length ? forward(network.encoder, signal).at(-1) : null);

// A function that makes a network of the page ready for signals of its family, the work done once for
// the same weights.
export function preparer() {
  const ready = new Map();
  return (network, family) => {
    if (!network) return null;
    const known = ready.get(network.id);
    // Weights come for the networks that are asked for; until they do, the last ones serve.
    if (known && ((network.trained && !network.weights) || known.weights === network.weights)) {
      return { ...known, ...network, weights: known.weights };
    }
    if (!network.weights) return { ...network, layers: null };
    const fresh = { ...network, ...prepared(network, family) };
    ready.set(network.id, fresh);
    return fresh;
  };
}
