// A slider for the moving hand, with a box beside it for typing a value exactly.

import { element, explanation } from "../dom.js";
import { plain, readNumber, rounded } from "../number.js";

// Options: name, low, high (of the range), trained (the end of the part of it that is marked),
// step, digits, unit, spoken (a value in words), help (behind a question mark). `onInput(value)` is called
// while the hand moves. What is typed and refused changes nothing: the value from before stays in
// use, a sentence says so, and once the box is left it shows that value again.
export function slider(parent, options, onInput) {
  const { name, step, digits = 2, unit = "", help = "", spoken } = options;
  let { low, high, start: value } = options;
  const row = element(parent, "div", { class: "slider" });
  const id = `slider-${name.toLowerCase().replaceAll(" ", "-")}`;
  const head = element(row, "div", { class: "head" });
  element(head, "label", { for: id }, name);
  if (help) explanation(head, `About the ${name.toLowerCase()}`, `${id}-help`, help);
  const box = element(head, "input", {
    type: "text",
    role: "spinbutton",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `${name} value`,
    "aria-describedby": `${id}-refused`,
  });
  element(head, "span", { class: "unit" }, unit);
  const refused = element(row, "p", { id: `${id}-refused`, class: "refused", role: "status" });
  const range = element(row, "input", { type: "range", id, step });
  let before = null; // the value as it was when someone began to type; null while nobody does

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
  const use = (next) => {
    value = next;
    onInput(value);
    show();
  };
  range.addEventListener("input", () => {
    use(range.valueAsNumber);
    refuse("");
  });
  box.addEventListener("input", () => {
    before ??= value;
    const { value: typed, refusal = "" } = readNumber(box.value, name, low, high);
    use(typed ?? before);
    refuse(refusal);
  });
  const leave = () => {
    before = null;
    box.setAttribute("aria-invalid", "false");
    show();
  };
  box.addEventListener("blur", leave);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return leave();
    const notches = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!notches) return;
    event.preventDefault();
    before = null;
    use(Math.min(high, Math.max(low, rounded(value + notches * step))));
    refuse("");
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
  const set = (newValue) => {
    if (newValue === value) return;
    value = newValue;
    before = null;
    refuse("");
    show();
  };
  return { row, head, range, set, limits };
}
