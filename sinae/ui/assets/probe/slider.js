// A slider, with a box beside it for typing a value exactly.

import { element } from "../dom.js";
import { clamp, plain, readNumber, rounded } from "../number.js";

// Options: name, low and high of the range, trained (the end of its marked part), step, start, digits, unit,
// spoken(value) in words, help (behind a question mark). `onInput(value)` is called while the hand moves. A
// typed text that is refused changes nothing: the value from before stays in use, a sentence says so, and once
// the box is left it shows that value again.
export function slider(parent, options, onInput) {
  const { name, step, digits = 2, unit = "", help = "", spoken } = options;
  let { low, high, start: value } = options;
  const row = element(parent, "div", { class: "slider" });
  const id = `slider-${name.toLowerCase().replaceAll(" ", "-")}`;
  const head = element(row, "div", { class: "head" });
  element(head, "label", { for: id }, name);
  if (help) {
    const label = `About the ${name.toLowerCase()}`;
    element(head, "button", { type: "button", class: "why", "aria-label": label, popovertarget: `${id}-help` }, "?");
    element(head, "p", { id: `${id}-help`, class: "about", popover: "" }, help);
  }
  const aria = { role: "spinbutton", "aria-label": `${name} value`, "aria-describedby": `${id}-refused` };
  const box = element(head, "input", { type: "text", inputmode: "decimal", autocomplete: "off", ...aria });
  element(head, "span", { class: "unit" }, unit);
  const refused = element(row, "p", { id: `${id}-refused`, class: "refused", role: "status" });
  const range = element(row, "input", { type: "range", id, step });
  let before = null; // the value from before the typing; null while nobody types

  const text = () => {
    const fixed = value.toFixed(digits);
    return Number(fixed) === value ? fixed : String(rounded(value));
  };
  const show = () => {
    range.value = value;
    range.setAttribute("aria-valuetext", spoken(value));
    box.setAttribute("aria-valuenow", rounded(value));
    if (before === null) box.value = text();
  };
  const refuse = (refusal) => {
    refused.textContent = refusal && `${refusal} It stays at ${plain(value)}.`;
    box.setAttribute("aria-invalid", String(refusal !== "" && before !== null));
  };
  // Sets a value that is not typed.
  const take = (next) => {
    value = next;
    before = null;
    refuse("");
    show();
  };
  range.addEventListener("input", () => {
    take(range.valueAsNumber);
    onInput(value);
  });
  box.addEventListener("input", () => {
    before ??= value;
    const { value: typed, refusal = "" } = readNumber(box.value, name, low, high);
    value = typed ?? before;
    onInput(value);
    show();
    refuse(refusal);
  });
  const leave = () => {
    before = null;
    box.setAttribute("aria-invalid", "false"); // the refusal itself stays
    show();
  };
  box.addEventListener("blur", leave);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return leave();
    const notches = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!notches) return;
    event.preventDefault();
    take(clamp(rounded(value + notches * step), low, high));
    onInput(value);
  });

  let trained = null;
  const limits = (newLow, newHigh, newTrained = newLow) => {
    if (newLow === low && newHigh === high && newTrained === trained) return;
    if (newLow !== low || newHigh !== high) refuse("");
    [low, high, trained] = [newLow, newHigh, newTrained];
    [range.min, range.max] = [low, high];
    box.setAttribute("aria-valuemin", low);
    box.setAttribute("aria-valuemax", high);
    range.style.setProperty("--trained", (trained - low) / (high - low));
    show();
  };
  limits(low, high, options.trained);
  const set = (next) => next !== value && take(next);
  return { row, head, set, limits };
}
