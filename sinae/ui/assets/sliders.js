// A slider for the moving hand, with a box beside it for typing a value exactly.

export function element(parent, tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

const decimals = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

// Options: name, low, high (of the range), trained (the end of the part of it that is marked),
// step, unit, spoken (a value in words). `onInput(value)` is called while the hand moves,
// `onRefused(message)` when a typed value is not taken as it is, with "" when it is.
export function slider(parent, options, onInput, onRefused = () => {}) {
  const { name, step, unit = "", spoken = (value) => `${value} ${unit}`.trim() } = options;
  let { low, high } = options;
  const row = element(parent, "div", { class: "slider" });
  const id = `slider-${name.toLowerCase().replaceAll(" ", "-")}`;
  const head = element(row, "div", { class: "head" });
  element(head, "label", { for: id }, name);
  const box = element(head, "input", { type: "number", step: "any", "aria-label": `${name} value`, inputmode: "decimal" });
  element(head, "span", { class: "unit" }, unit);
  const range = element(row, "input", { type: "range", id, step });
  const digits = decimals(step);
  let value = options.start;

  const show = () => {
    range.value = value;
    range.setAttribute("aria-valuetext", spoken(value));
    // The box is left alone while someone types in it.
    if (box.getRootNode().activeElement !== box) box.value = value.toFixed(digits);
  };
  range.addEventListener("input", () => {
    value = range.valueAsNumber;
    onRefused("");
    onInput(value);
    show();
  });
  const typed = () => {
    const wanted = box.value === "" ? NaN : Number(box.value);
    if (!Number.isFinite(wanted)) return onRefused(`${name} is a number from ${low} to ${high}.`);
    value = Math.min(high, Math.max(low, wanted));
    onRefused(value === wanted ? "" : `${name} goes from ${low} to ${high}.`);
    onInput(value);
    range.value = value;
    range.setAttribute("aria-valuetext", spoken(value));
  };
  box.addEventListener("input", typed);
  box.addEventListener("blur", show);

  const limits = (newLow, newHigh, trained = newLow) => {
    [low, high] = [newLow, newHigh];
    range.min = box.min = low;
    range.max = box.max = high;
    range.style.setProperty("--trained", (trained - low) / (high - low));
    show();
  };
  limits(low, high, options.trained);
  const set = (newValue) => {
    if (newValue === value) return;
    value = newValue;
    show();
  };
  return { row, head, range, set, limits };
}
