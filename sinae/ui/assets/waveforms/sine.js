// The waveform sine: amplitude * sin((x - middle) * frequency - phase) for x = 0 to length - 1.

const TURN = 2 * Math.PI;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export const EXPLAINED = {
  phase: (value) => `${(value / TURN).toFixed(2)} turns`,
  frequency: (value) => `a wave is ${(TURN / value).toFixed(0)} points long`,
};

export function evaluate({ phase, frequency, amplitude }, { length, middle }) {
  return Float64Array.from({ length }, (_, x) => amplitude * Math.sin((x - middle) * frequency - phase));
}

// Returns the member of a family closest to a signal, by least squares. Its free parameters stay within their
// widest range, except an amplitude, which may be any.
export function fit(signal, { parameters, constants, middle }) {
  const at = (frequency) => fitAt(signal, middle, frequency, constants.amplitude);
  // Frequencies need 2 pi / length to be told apart.
  const free = parameters.find(({ key }) => key === "frequency");
  const cells = free && Math.ceil((free.widest - free.low) / 0.01);
  const frequency = free ? smallest((one) => at(one).mse, free.low, free.widest, cells) : constants.frequency;
  const { mse, ...all } = at(frequency);
  return { values: Object.fromEntries(parameters.map(({ key }) => [key, all[key]])), mse };
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// Returns the best phase for one frequency, and the best amplitude unless that is given.
function fitAt(signal, middle, frequency, given) {
  const s = Float64Array.from(signal, (_, x) => Math.sin((x - middle) * frequency));
  const c = Float64Array.from(signal, (_, x) => Math.cos((x - middle) * frequency));
  const [ss, sc, cc] = [dot(s, s), dot(s, c), dot(c, c)];
  const [sy, cy, yy] = [dot(s, signal), dot(c, signal), dot(signal, signal)];
  // The error of a sin + b cos, which is the form of every sine of this frequency.
  const mse = (a, b) => Math.max(0, (yy - 2 * (a * sy + b * cy) + a * a * ss + 2 * a * b * sc + b * b * cc) / signal.length);
  if (given !== undefined) {
    const of = (phase) => mse(given * Math.cos(phase), -given * Math.sin(phase));
    const phase = (smallest(of, -0.1, TURN + 0.1, 66) + TURN) % TURN; // also where a turn ends
    return { phase, frequency, amplitude: given, mse: of(phase) };
  }
  const determinant = ss * cc - sc * sc;
  const a = (sy * cc - cy * sc) / determinant;
  const b = (cy * ss - sy * sc) / determinant;
  return { phase: (Math.atan2(-b, a) + TURN) % TURN, frequency, amplitude: Math.hypot(a, b), mse: mse(a, b) };
}

// Returns where a function is smallest: on a grid of cells, then by golden sections around its best point.
function smallest(of, low, high, cells) {
  const step = (high - low) / cells;
  let [best, least] = [low, of(low)];
  for (let i = 1; i <= cells; i++) {
    const value = of(low + i * step);
    if (value < least) [best, least] = [low + i * step, value];
  }
  let from = Math.max(low, best - step);
  let to = Math.min(high, best + step);
  for (let i = 0; i < 40; i++) {
    const [left, right] = [to - GOLDEN * (to - from), from + GOLDEN * (to - from)];
    if (of(left) < of(right)) to = right;
    else from = left;
  }
  return of((from + to) / 2) < least ? (from + to) / 2 : best;
}
