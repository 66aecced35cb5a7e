// Numbers in text: how they are written, the same as by `figures.number`, and how a typed one is
// read, by the rule of sinae/numerals.py for numbers that need not be whole.

// Values that are not set by a notch of a slider are rounded as the address will hold them, so that
// a link shows the same picture.
export const rounded = (value) => Number(value.toPrecision(6));

// A figure with three significant digits; a dash where there is none.
export function number(value) {
  if (!Number.isFinite(value)) return "–";
  const three = Number(value.toPrecision(3));
  const size = Math.abs(three);
  if (size === 0) return "0";
  const sign = three < 0 ? "−" : "";
  if (size >= 1e5 || size < 1e-4) return sign + size.toExponential(2);
  return sign + (size >= 1000 ? size.toLocaleString("en") : size.toPrecision(3));
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i; // each text in one way, so that a long one is soon read
const EITHER = /^([+-]?[1-9]\d{0,2}),(\d{3})$/; // a number in thousands, or one with three decimals

// What a text means as a number from `low` to `high`: {value}, or {refusal}, a sentence, where it
// means none, or may mean two. A comma is a decimal one; nothing here is counted in thousands.
export function readNumber(text, name, low, high) {
  const typed = text.trim().replaceAll("−", "-");
  const range = `from ${plain(low)} to ${plain(high)}`;
  const either = EITHER.exec(typed);
  if (either) return { refusal: `${name} may mean ${either[1]}.${either[2]} or ${either[1]}${either[2]} here: write it without a comma.` };
  if (!NUMBER.test(typed)) return { refusal: `${name} is a number ${range}.` };
  const value = Number(typed.replace(",", "."));
  // What a box or a sentence shows is rounded, and may be typed again.
  if (!(value >= low && value <= rounded(high))) return { refusal: `${name} goes ${range}.` };
  return { value: Math.min(high, value) };
}

// A number as the probe's sentences hold it.
export const plain = (value) => String(rounded(value)).replace("-", "−");
