// Sines as a hand sets them: amplitude * sin((x - middle) * frequency - phase) at x = 0, 1, ...,
// length - 1. The window, {length, middle}, is that of signals.py, which comes with the page's data.

const TURN = 2 * Math.PI;

export function sine({ length, middle }, { phase, frequency, amplitude }) {
  return Float64Array.from({ length }, (_, x) => amplitude * Math.sin((x - middle) * frequency - phase));
}

export function meanSquaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

// Random numbers from the standard normal distribution, the same for the same seed: mulberry32
// for uniform ones, Box and Muller's way from those to normal ones.
export function normals(seed, length) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(TURN * uniform()));
}

// The best phase and amplitude for one frequency: least squares on a sine and a cosine.
function fitAt(values, middle, frequency) {
  let ss = 0, sc = 0, cc = 0, sy = 0, cy = 0, yy = 0;
  for (let x = 0; x < values.length; x++) {
    const s = Math.sin((x - middle) * frequency);
    const c = Math.cos((x - middle) * frequency);
    const y = values[x];
    ss += s * s; sc += s * c; cc += c * c; sy += s * y; cy += c * y; yy += y * y;
  }
  const determinant = ss * cc - sc * sc;
  const a = (sy * cc - cy * sc) / determinant; // a sin + b cos
  const b = (cy * ss - sy * sc) / determinant;
  return {
    phase: (Math.atan2(-b, a) + TURN) % TURN,
    frequency,
    amplitude: Math.hypot(a, b),
    mse: Math.max(0, (yy - a * sy - b * cy) / values.length),
  };
}

// The sine closest to some values, its frequency from `low` to `high`: a grid finer than the
// 2 pi / 101 that frequencies need to be told apart, then golden sections around its best point.
export function fitSine(values, middle, low, high) {
  const cells = Math.ceil((high - low) / 0.01);
  const step = (high - low) / cells;
  let best = fitAt(values, middle, low);
  for (let i = 1; i <= cells; i++) {
    const fit = fitAt(values, middle, low + i * step);
    if (fit.mse < best.mse) best = fit;
  }
  let from = Math.max(low, best.frequency - step);
  let to = Math.min(high, best.frequency + step);
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 40; i++) {
    const left = fitAt(values, middle, to - golden * (to - from));
    const right = fitAt(values, middle, from + golden * (to - from));
    if (left.mse < right.mse) to = right.frequency;
    else from = left.frequency;
  }
  const refined = fitAt(values, middle, (from + to) / 2);
  return refined.mse < best.mse ? refined : best;
}
