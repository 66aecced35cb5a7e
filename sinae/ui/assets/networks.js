// The networks that the page sends, made ready to run: their weights decoded and cut into layers,
// and how large the values in each layer get on typical signals.

import { forward, layersOf } from "./forward.js";
import { sine } from "./sine.js";

const SAMPLE = 48;
const SAMPLE_MILLISECONDS = 25;

function decoded(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

// The largest size of each value in each layer, over sines that cover the training range evenly
// (Roberts' R3 sequence); wide networks get fewer of them.
function reach(layers, parameters) {
  const g = 1.2207440846057596;
  const started = performance.now();
  let stages;
  for (let n = 1; n <= SAMPLE && (n < 8 || performance.now() - started < SAMPLE_MILLISECONDS); n++) {
    const at = parameters.map(({ key, low, high }, i) => [key, low + (high - low) * ((0.5 + n * g ** -(i + 1)) % 1)]);
    const sizes = forward(layers, sine(Object.fromEntries(at))).map((values) => values.map(Math.abs));
    stages = stages ? stages.map((most, s) => most.map((value, i) => Math.max(value, sizes[s][i]))) : sizes;
  }
  return stages;
}

// The next of 1, 2, 5, 10, 20, 50, ... so that axes and sliders change seldom while a network learns.
export function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * ten).find((limit) => limit >= value * 0.999);
}

function prepared(network, parameters) {
  const layers = layersOf(network.sizes, network.activations, decoded(network.weights));
  const end = network.bottleneck === null ? 0 : network.bottleneck + 1;
  const stages = reach(layers, parameters);
  const started = performance.now();
  const output = forward(layers, sine({ phase: 0, frequency: 0.1, amplitude: 1 })).at(-1);
  const milliseconds = performance.now() - started;
  const latents = end ? Array.from(stages[end]) : [];
  const most = Math.max(...latents.filter(Number.isFinite), 0);
  return {
    layers,
    encoder: layers.slice(0, end),
    decoder: layers.slice(end),
    milliseconds,
    finite: output.every(Number.isFinite),
    // Of each layer, input first, the largest size of a value; of each latent its own.
    largest: stages.map((values) => Math.max(...values)),
    latents,
    latentLimit: most > 0 ? roundUp(most) : 1,
  };
}

// A function that makes a network of the page ready, the work done once for the same weights.
export function preparer(parameters) {
  const ready = new Map();
  return (network) => {
    if (!network) return null;
    const known = ready.get(network.id);
    // Weights come for the networks that are asked for; until they do, the last ones serve.
    if (known && (network.trained && !network.weights || known.weights === network.weights)) {
      return { ...known, ...network, weights: known.weights };
    }
    if (!network.weights) return { ...network, layers: null };
    const fresh = { ...network, ...prepared(network, parameters) };
    ready.set(network.id, fresh);
    return fresh;
  };
}
