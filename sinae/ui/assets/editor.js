// The network's editor: a picture of the network, and under each column the controls of its width.

import { button, element, say } from "./dom.js";
import { drawNetwork } from "./drawing.js";
import { edits } from "./edits.js";
import { component } from "./mount.js";
import { output } from "./server/channel.js";

const COLUMN_GAP = 54; // the least distance at which controls fit under their columns

// Draws the picture and the controls; `send` takes new widths. Returns the function that draws the signals.
function drawEditor(root, data, send) {
  const focused = root.getRootNode().activeElement?.getAttribute("aria-label");
  const { sizes } = data;
  const widths = sizes.slice(1, -1);
  root.replaceChildren();
  const { xs, setSignals } = drawNetwork(root, data, root.clientWidth);
  const controls = element(root, "div", { class: xs[1] - xs[0] < COLUMN_GAP ? "controls lines" : "controls" });
  const refused = element(root, "p", { class: "refused", role: "status" });

  const at = (x) => `left: ${x}px`;
  const edit = (className, text, title, label, x, next) =>
    button(controls, text, { class: className, title, "aria-label": label, style: at(x) }, () => send(next));
  const adder = (i) => {
    if (widths.length >= data.max_layers) return;
    const between = Math.max(1, Math.round(Math.sqrt(sizes[i] * sizes[i + 1])));
    const where = i === 0 ? "at the start" : `after hidden layer ${i}`;
    edit("add", "+", "Add a layer here", `Add a layer ${where}`, (xs[i] + xs[i + 1]) / 2, widths.toSpliced(i, 0, between));
  };
  const box = (value, n) => {
    const attributes = { type: "text", inputmode: "numeric", autocomplete: "off", value, "aria-label": `Width of hidden layer ${n}` };
    const input = element(controls, "input", { ...attributes, class: n === data.bottleneck ? "waist" : "", style: at(xs[n]) });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("change", () => {
      const typed = input.value.trim();
      // The box takes any text: one for numbers only would make 35 of “3,5”.
      const whole = /^\d+$/.test(typed);
      const refusal = `Each width is a whole number from 1 to ${data.max_width}; “${typed.slice(0, 20)}” is not. It stays at ${value}.`;
      say(refused, whole || !typed ? "" : refusal);
      if (whole) send(widths.with(n - 1, Number(typed)));
      else input.value = value;
    });
  };
  element(controls, "span", { class: "end", style: at(xs[0]) }, `${sizes[0]} in`);
  adder(0);
  widths.forEach((value, i) => {
    const n = i + 1;
    box(value, n);
    edit("remove", "×", "Remove this layer", `Remove hidden layer ${n}`, xs[n], widths.toSpliced(i, 1));
    adder(n);
  });
  element(controls, "span", { class: "end", style: at(xs.at(-1)) }, `${sizes.at(-1)} out`);
  if (focused) root.querySelector(`[aria-label="${focused}"]`)?.focus();
  return setSignals;
}

export default component("editor", (root, page) => {
  const edited = edits();
  let data = null; // as the page sent it
  let shown = null; // the same with later edits
  let values = null; // the output of the network in training
  let width = 0;
  let setSignals = () => {};

  const drawSignals = () => data && setSignals(data.input, values, data.range);
  const draw = () => {
    width = root.clientWidth;
    setSignals = drawEditor(root, shown, edit);
    drawSignals();
  };
  function edit(widths) {
    // The edit is drawn at once: the next click may come before the page's answer, and builds on this one.
    if (widths.every((each) => Number.isInteger(each) && each >= 1 && each <= data.max_width)) {
      shown = { ...shown, ...edited.add(shown.sizes, widths) };
      draw();
    }
    // This is no trigger, for of several triggers that come while the page is drawn, an older one may win. The
    // time makes every edit a change.
    page.state("edit", { widths, at: Date.now() });
  }
  // Only the width counts: a sentence that appears under the picture must not make it drawn anew, which
  // would wipe the sentence away.
  const observer = new ResizeObserver(() => shown && root.clientWidth !== width && draw());
  observer.observe(root);
  const onOutput = (newest) => {
    values = newest;
    drawSignals();
  };
  page.onClose(() => observer.disconnect());
  page.onClose(output.hear(onOutput));
  return (newest) => {
    data = newest;
    shown = { ...data, ...edited.pending(data.sizes) };
    draw();
  };
});
