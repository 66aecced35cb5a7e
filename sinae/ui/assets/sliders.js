// A slider for the moving hand, with a box beside it for typing a value exactly.

import { plain, readNumber, rounded } from "./number.js";

export function element(parent, tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

// Fills a select with [value, text] entries where it has others, and chooses a value.
export function options(select, entries, chosen) {
  const has = Array.from(select.options, ({ value, text }) => [value, text]);
  if (JSON.stringify(has) !== JSON.stringify(entries)) select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (select.value !== chosen) select.value = chosen;
}

const decimals = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

// Options: name, low, high (of the range), trained (the end of the part of it that is marked),
// step, unit, spoken (a value in words), help (behind a question mark). `onInput(value)` is called
// while the hand moves. What is typed and refused changes nothing: the value from before stays in
// use, a sentence says so, and once the box is left it shows that value again.
export function slider(parent, options, onInput) {
  const { name, step, unit = "", help = "", spoken = (value) => `${value} ${unit}`.trim() } = options;
  let { low, high, start: value } = options;
  const row = element(parent, "div", { class: "slider" });
  const id = `slider-${name.toLowerCase().replaceAll(" ", "-")}`;
  const head = element(row, "div", { class: "head" });
  element(head, "label", { for: id }, name);
  if (help) {
    element(head, "button", { type: "button", class: "why", "aria-label": `About the ${name.toLowerCase()}`, popovertarget: `${id}-help` }, "?");
    element(row, "p", { id: `${id}-help`, class: "about", popover: "" }, help);
  }
  const box = element(head, "input", { type: "text", role: "spinbutton", inputmode: "decimal", autocomplete: "off", "aria-label": `${name} value`, "aria-describedby": `${id}-refused` });
  element(head, "span", { class: "unit" }, unit);
  const refused = element(row, "p", { id: `${id}-refused`, class: "refused", role: "status" });
  const range = element(row, "input", { type: "range", id, step });
  const digits = decimals(step);
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

  const limits = (newLow, newHigh, trained = newLow) => {
    if (newLow !== low || newHigh !== high) refuse("");
    [low, high] = [newLow, newHigh];
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
