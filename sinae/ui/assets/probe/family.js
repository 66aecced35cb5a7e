// Answers what the probe asks about a family of signals, which is a FamilyData of sinae/ui/protocol.py.

import { clamp, rounded } from "../number.js";
import * as sine from "../waveforms/sine.js";

// Each waveform is a module of pure functions. `evaluate(values, family)` returns the signal, (length,)
// float64. Two exports are optional: `fit(signal, family)` returns the closest member of the family, {values,
// mse}; `EXPLAINED` has functions that say in a phrase what a value of some parameter means.
const WAVEFORMS = { sine };

const waveformOf = ({ waveform }) => WAVEFORMS[waveform];

export const evaluate = (family, values) => waveformOf(family).evaluate({ ...values, ...family.constants }, family);

// Returns undefined if the family has no fit.
export const fit = (family, signal) => waveformOf(family).fit?.(signal, family);

export const fits = (family) => waveformOf(family).fit !== undefined;

// Returns a value as a screen reader says it.
export function spoken(family, { key, unit, digits }, value) {
  const measured = `${value.toFixed(digits)} ${unit}`.trim();
  const meaning = waveformOf(family).EXPLAINED?.[key]?.(value);
  return meaning ? `${measured}, ${meaning}` : measured;
}

// Returns all parameters with their values, which `say(parameter)` writes.
export const described = ({ parameters }, say) => parameters.map((parameter) => `${parameter.name.toLowerCase()} ${say(parameter)}`);

// Return the upper end of a parameter's range, and the largest value of the signals.
export const highOf = ({ high, widest }, beyond) => (beyond ? widest : high);
export const rangeOf = ({ range, widest_range: widest }, beyond) => (beyond ? widest : range);

// Returns a periodic value within its first period.
export const around = (value, low, high) => value - (high - low) * Math.floor((value - low) / (high - low));

// Returns the closest value that can be set; a periodic one is brought into its period. The end of a period
// is still its end after an address has rounded it, not its start.
export function settable({ low, widest, periodic }, value) {
  const inside = value >= low && value <= rounded(widest);
  return clamp(periodic && !inside ? around(value, low, widest) : value, low, widest);
}

// Returns values for another family: those that it has stay if they are in range, the others start. What it does not
// have is kept for the way back.
export function adopted({ parameters }, values, beyond) {
  const kept = (parameter) => values[parameter.key] >= parameter.low && values[parameter.key] <= highOf(parameter, beyond);
  const own = parameters.map((parameter) => [parameter.key, kept(parameter) ? values[parameter.key] : parameter.start]);
  return { ...values, ...Object.fromEntries(own) };
}

export const starts = (family) => adopted(family, {}, false);

// Returns values that cover the training range evenly: number `n` of Roberts' R sequence, n + 1 in Python's.
export function spread({ parameters }, n) {
  let g = 2; // the real root of g ** (d + 1) === g + 1, for d parameters
  for (let i = 0; i < 50; i++) g = (1 + g) ** (1 / (parameters.length + 1));
  return Object.fromEntries(parameters.map(({ key, low, high }, i) => [key, low + (high - low) * ((0.5 + (n + 1) * g ** -(i + 1)) % 1)]));
}
