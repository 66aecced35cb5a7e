// Numbers in text: written as by `number` in sinae/figures/encoding.py, and read as by `read_number` in
// sinae/model/numerals.py.

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// Rounds a value as the address will hold it, so that a link shows the same picture.
export const rounded = (value) => Number(value.toPrecision(6));

// Writes a number with three significant digits, or a dash if it is not finite.
export function number(value) {
  if (!Number.isFinite(value)) return "–";
  const three = Number(value.toPrecision(3));
  const size = Math.abs(three);
  if (size === 0) return "0";
  const sign = three < 0 ? "−" : "";
  if (size >= 1e5 || size < 1e-4) return sign + size.toExponential(2);
  return sign + (size >= 1000 ? size.toLocaleString("en") : size.toPrecision(3));
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i; // matches each text in one way only, so that a long one is soon read
const EITHER = /^([+-]?[1-9]\d{0,2}),(\d{3})$/; // thousands, or three decimals

// Reads a number from `low` to `high`: returns {value}, or {refusal}, a sentence, if the text means no such
// number, or may mean two. A comma is a decimal one; nothing here is counted in thousands.
export function readNumber(text, name, low, high) {
  const typed = text.trim().replaceAll("−", "-");
  const range = `from ${plain(low)} to ${plain(high)}`;
  const either = EITHER.exec(typed);
  if (either) return { refusal: `${name} may mean ${either[1]}.${either[2]} or ${either[1]}${either[2]} here: write it without a comma.` };
  if (!NUMBER.test(typed)) return { refusal: `${name} is a number ${range}.` };
  const value = Number(typed.replace(",", "."));
  // The rounded end of the range, as boxes and sentences show it, may be typed too.
  if (!(value >= low && value <= rounded(high))) return { refusal: `${name} goes ${range}.` };
  return { value: Math.min(high, value) };
}

// Writes a number as the probe's sentences hold it.
export const plain = (value) => String(rounded(value)).replace("-", "−");
