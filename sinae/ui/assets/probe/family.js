// A family of signals as the page sends it (FamilyData in sinae/ui/protocol.py), and what is asked of it.

import { WAVEFORMS } from "../waveforms/index.js";
import { rounded } from "../number.js";

const waveformOf = ({ waveform }) => WAVEFORMS[waveform];

// The signal of some values, (length,) float64.
export const evaluate = (family, values) => waveformOf(family).evaluate({ ...family.constants, ...values }, family);

// The member closest to a signal, {values, mse}; undefined where the family cannot tell.
export const fit = (family, signal) => waveformOf(family).fit?.(signal, family);

export const fits = (family) => waveformOf(family).fit !== undefined;

// A value as a screen reader says it.
export function spoken(family, { key, unit, digits }, value) {
  return waveformOf(family).SPOKEN?.[key]?.(value) ?? `${value.toFixed(digits)} ${unit}`.trim();
}

// The values of all parameters in words.
export const described = ({ parameters }, say) => parameters.map((parameter) => `${parameter.name.toLowerCase()} ${say(parameter)}`);

// The end of a parameter's range, and of the signals', within the trained range or beyond.
export const highOf = ({ high, widest }, beyond) => (beyond ? widest : high);
export const rangeOf = ({ range, widest_range: widest }, beyond) => (beyond ? widest : range);

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// A value of something that goes round, on its first way round.
export const around = (value, low, high) => value - (high - low) * Math.floor((value - low) / (high - low));

// A value as it can be set; what goes round, once round. The end of a turn as an address rounds it is
// its end, not its start.
export function settable({ low, widest, periodic }, value) {
  const inside = value >= low && value <= rounded(widest);
  return clamp(periodic && !inside ? around(value, low, widest) : value, low, widest);
}

// The values for another family: those of the same name stay where they are in range, the others start.
export function adopted({ parameters }, values, beyond) {
  const kept = (parameter) => values[parameter.key] >= parameter.low && values[parameter.key] <= highOf(parameter, beyond);
  return Object.fromEntries(parameters.map((parameter) => [parameter.key, kept(parameter) ? values[parameter.key] : parameter.start]));
}

export const starts = (family) => adopted(family, {}, false);

// Values number `n` of a sequence that covers the trained range evenly (Roberts' R sequence).
export function spread({ parameters }, n) {
  let g = 2; // the real root of g ** (d + 1) === g + 1, for d parameters
  for (let i = 0; i < 50; i++) g = (1 + g) ** (1 / (parameters.length + 1));
  return Object.fromEntries(parameters.map(({ key, low, high }, i) => [key, low + (high - low) * ((0.5 + (n + 1) * g ** -(i + 1)) % 1)]));
}
