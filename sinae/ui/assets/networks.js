// The networks that the page sends, made ready to run: their weights decoded and cut into layers,
// and where the values in each layer lie on typical signals.

import { forward, layersOf } from "./forward.js";
import { sine } from "./sine.js";

const SAMPLE = 48;
const SAMPLE_MILLISECONDS = 25;

function decoded(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

// The mean and the root mean square of each value in each layer, over sines that cover the training
// range evenly (Roberts' R3 sequence); wide networks get fewer of them.
function typical(layers, parameters) {
  const g = 1.2207440846057596;
  const started = performance.now();
  let count = 0;
  let sums;
  while (count < SAMPLE && (count < 8 || performance.now() - started < SAMPLE_MILLISECONDS)) {
    count++;
    const at = parameters.map(({ key, low, high }, i) => [key, low + (high - low) * ((0.5 + count * g ** -(i + 1)) % 1)]);
    const stages = forward(layers, sine(Object.fromEntries(at)));
    sums ??= stages.map(({ length }) => ({ plain: new Float64Array(length), squared: new Float64Array(length) }));
    stages.forEach((values, s) =>
      values.forEach((value, i) => {
        sums[s].plain[i] += value;
        sums[s].squared[i] += value * value;
      }),
    );
  }
  return sums.map(({ plain, squared }) => ({ mean: plain.map((v) => v / count), square: squared.map((v) => v / count) }));
}

// The next of 1, 2, 5, 10, 20, 50, ... so that axes and sliders change seldom while a network learns.
export function roundUp(value) {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * ten).find((limit) => limit >= value * 0.999);
}

function prepared(network, parameters) {
  const layers = layersOf(network.sizes, network.activations, decoded(network.weights));
  const end = network.bottleneck === null ? 0 : network.bottleneck + 1;
  const stages = typical(layers, parameters);
  const started = performance.now();
  const output = forward(layers, sine({ phase: 0, frequency: 0.1, amplitude: 1 })).at(-1);
  const milliseconds = performance.now() - started;
  const size = ({ square }) => Math.sqrt(square.reduce((sum, v) => sum + v, 0) / square.length) || 1;
  const { mean, square } = end ? stages[end] : { mean: [], square: [] };
  return {
    layers,
    encoder: layers.slice(0, end),
    decoder: layers.slice(end),
    milliseconds,
    finite: output.every(Number.isFinite),
    // What counts as large: of each layer, input first; of the latent values, in a round number.
    large: stages.map((stage) => 2 * size(stage)),
    latentLimit: end && Number.isFinite(size(stages[end])) ? roundUp(2 * size(stages[end])) : 1,
    // Of each latent value, around what and how widely it varies.
    latents: Array.from(mean, (middle, i) => ({ middle, spread: Math.sqrt(Math.max(0, square[i] - middle ** 2)) || 1 })),
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
