// The forward pass of a network, as Keras's Dense layers compute it.

import { SELU_ALPHA, SELU_SCALE } from "./protocol.js";

// The error function by its series (Abramowitz and Stegun 7.1.6), whose terms are all positive;
// beyond 4 it is 1 to float32 precision.
function erf(x) {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-9 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

const ACTIVATIONS = {
  linear: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  relu: (z) => (z < 0 ? 0 : z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
  gelu: (z) => (z * (1 + erf(z / Math.SQRT2))) / 2,
  silu: (z) => z * sigmoid(z),
};

// Cuts a flat Float32Array into layers: each layer's kernel, row by row, then its bias, as in
// `Network.from_weights`.
export function layersOf(sizes, activations, weights) {
  let start = 0;
  const take = (length) => weights.subarray(start, (start += length));
  return activations.map((activation, i) => ({
    kernel: take(sizes[i] * sizes[i + 1]),
    bias: take(sizes[i + 1]),
    activation: ACTIVATIONS[activation],
  }));
}

// Returns the values of one layer, (outputs,) float64, for those of the layer before.
function dense({ kernel, bias, activation }, inputs) {
  const sums = Float64Array.from(bias);
  const outputs = sums.length;
  for (let i = 0, k = 0; i < inputs.length; i++) {
    const input = inputs[i];
    for (let j = 0; j < outputs; j++) sums[j] += input * kernel[k++];
  }
  for (let j = 0; j < outputs; j++) sums[j] = activation(sums[j]);
  return sums;
}

// Sends values through some layers and returns the values at every stage, beginning with the given ones.
export function forward(layers, values) {
  const stages = [values];
  for (const layer of layers) stages.push(dense(layer, stages.at(-1)));
  return stages;
}
