// The picture of a network: a signal goes in at the left, through columns of nodes, out at the
// right. In the editor the columns can be changed; the probe colours the nodes with what flows.

import { onOutput } from "./output.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 150;
const MOST_NODES = 12; // in one column; wider layers are drawn with a gap in the middle
const ANSWER_MILLISECONDS = 3000; // after which an answer is none to an edit
const COLUMN_GAP = 54; // at least, for controls to stand under their columns

function svg(parent, tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

// The path of a signal in a box; the amplitude range of training fills it.
function signalPath(values, left, width, range = 10.5) {
  const y = (v) => HEIGHT / 2 - (Math.max(-range, Math.min(range, v)) / range) * 42;
  return Array.from(values, (v, i) => `${i ? "L" : "M"}${left + (i / (values.length - 1)) * width},${y(v)}`).join("");
}

// Draws into `parent` and returns the x of every column and `nodes`: for each column a list of
// {index, circle}, so that the caller can colour them, and `setSignals(input, output, range)`.
export function drawNetwork(parent, { sizes, bottleneck, input, output, label }, width) {
  const root = svg(parent, "svg", { width, height: HEIGHT, role: "img", "aria-label": label, class: "network" });
  const signalWidth = Math.min(92, width / 8);
  const left = signalWidth + Math.min(34, width / 20);
  const xs = sizes.map((_, i) => left + ((width - 2 * left) * i) / (sizes.length - 1));
  const largest = Math.log(Math.max(...sizes) + 1);
  const heights = sizes.map((size) => 10 + (HEIGHT - 24) * (Math.log(size + 1) / largest) ** 1.6);
  for (let i = 1; i < sizes.length; i++) {
    const [h0, h1] = [heights[i - 1] / 2 + 4, heights[i] / 2 + 4];
    const middle = HEIGHT / 2;
    const points = [[xs[i - 1], middle - h0], [xs[i], middle - h1], [xs[i], middle + h1], [xs[i - 1], middle + h0]];
    svg(root, "polygon", { points: points.join(" "), class: "flow" });
  }
  const nodes = sizes.map((size, column) => {
    const shown = Math.min(size, MOST_NODES);
    const spacing = heights[column] / shown;
    const radius = Math.max(1.8, Math.min(7, spacing * 0.36));
    return Array.from({ length: shown }, (_, k) => {
      const y = HEIGHT / 2 + (k - (shown - 1) / 2) * spacing;
      const circle = svg(root, "circle", { cx: xs[column], cy: y, r: radius, class: column === bottleneck ? "node waist" : "node" });
      // The first half of a wide layer from its top, the second from its end.
      return { index: k < shown / 2 ? k : size - shown + k, circle };
    });
  });
  const signals = { input: svg(root, "path", { class: "signal input" }), output: svg(root, "path", { class: "signal output" }) };
  const setSignals = (input, output, range) => {
    signals.input.setAttribute("d", input ? signalPath(input, 4, signalWidth, range) : "");
    signals.output.setAttribute("d", output ? signalPath(output, width - signalWidth - 4, signalWidth, range) : "");
  };
  setSignals(input, output);
  return { root, xs, nodes, setSignals };
}

function drawEditor(root, data, send) {
  const focused = root.getRootNode().activeElement?.getAttribute("aria-label");
  const widths = data.sizes.slice(1, -1);
  root.replaceChildren();
  const { xs, setSignals } = drawNetwork(root, data, root.clientWidth);
  const controls = document.createElement("div");
  // Under their columns where there is room, otherwise in lines, in the same order.
  controls.className = xs[1] - xs[0] < COLUMN_GAP ? "controls lines" : "controls";
  const refused = document.createElement("p");
  refused.className = "refused";
  refused.setAttribute("role", "status");
  root.append(controls, refused);

  const place = (tag, attributes, x, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    element.style.left = `${x}px`;
    controls.append(element);
    return element;
  };
  const button = (name, text, title, label, x, edit) => {
    const element = place("button", { type: "button", class: name, title, "aria-label": label }, x, text);
    element.addEventListener("click", () => {
      const next = [...widths];
      edit(next);
      send(next);
    });
  };
  const adder = (i) => {
    if (widths.length >= data.max_layers) return;
    const between = Math.max(1, Math.round(Math.sqrt(data.sizes[i] * data.sizes[i + 1])));
    const where = i === 0 ? "at the start" : `after hidden layer ${i}`;
    button("add", "+", "Add a layer here", `Add a layer ${where}`, (xs[i] + xs[i + 1]) / 2, (next) => next.splice(i, 0, between));
  };
  place("span", { class: "end" }, xs[0], `${data.sizes[0]} in`);
  adder(0);
  widths.forEach((value, i) => {
    const n = i + 1;
    const attributes = { type: "text", inputmode: "numeric", autocomplete: "off", value, "aria-label": `Width of hidden layer ${n}` };
    if (n === data.bottleneck) attributes.class = "waist";
    const input = place("input", attributes, xs[n]);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("change", () => {
      const typed = input.value.trim();
      // A box for numbers only would make 35 of “3,5”.
      const whole = /^\d+$/.test(typed);
      refused.textContent = whole || !typed ? "" : `Each width is a whole number from 1 to ${data.max_width}; “${typed.slice(0, 20)}” is not. It stays at ${value}.`;
      if (whole) send(widths.map((width, k) => (k === i ? Number(typed) : width)));
      else input.value = value;
    });
    button("remove", "×", "Remove this layer", `Remove hidden layer ${n}`, xs[n], (next) => next.splice(i, 1));
    adder(n);
  });
  place("span", { class: "end" }, xs.at(-1), `${data.sizes.at(-1)} out`);
  if (focused) root.querySelector(`[aria-label="${focused}"]`)?.focus();
  return setSignals;
}

// The layer, counted from 1, that `Experiment.bottleneck` finds: the narrowest, nearest to the middle.
export function bottleneckOf(widths) {
  const middle = (widths.length - 1) / 2;
  const order = widths.map((width, i) => [width, Math.abs(i - middle), i]);
  order.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return order.length ? 1 + order[0][2] : null;
}

// What was edited while the page has not answered yet: its answers to earlier edits come late.
class Edits {
  #keys = []; // the sizes before each edit, and after the last
  #last = null;
  #end = 0;

  add(sizes, widths) {
    this.#last = [sizes[0], ...widths, sizes.at(-1)];
    this.#keys.push(sizes.join(), this.#last.join());
    this.#end = performance.now() + ANSWER_MILLISECONDS;
    return this.pending(sizes);
  }

  // What to draw in place of these sizes; null for nothing else.
  pending(sizes) {
    const late = performance.now() < this.#end && this.#keys.includes(sizes.join()) && sizes.join() !== this.#last.join();
    if (!late) {
      this.#keys = [];
      return null;
    }
    return { sizes: this.#last, bottleneck: bottleneckOf(this.#last.slice(1, -1)) };
  }
}

// The editor's component: data as `drawNetwork` takes it, without the output, which comes by itself,
// and with max_width and max_layers; tells the state `edit`, with the new widths.
export default function networkEditor({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".editor");
  if (!root) {
    root = document.createElement("div");
    root.className = "editor";
    parentElement.append(root);
    // Of its height nothing hangs: a sentence that comes under the picture must not wipe itself away.
    root.observer = new ResizeObserver(() => root.clientWidth !== root.drawnWidth && root.draw());
    root.observer.observe(root);
  }
  let shown = { ...data, output: root.output, ...root.edits?.pending(data.sizes) };
  let setSignals;
  root.draw = () => {
    root.drawnWidth = root.clientWidth;
    setSignals = drawEditor(root, shown, edit);
  };
  root.draw();
  root.setOutput = (output) => {
    root.output = shown.output = output;
    setSignals(data.input, output);
  };
  root.deafen ??= onOutput((output) => root.setOutput(output));

  function edit(widths) {
    // At once: the next click may come before the page's answer, and goes on from this one.
    if (widths.every((width) => Number.isInteger(width) && width >= 1 && width <= data.max_width)) {
      root.edits ??= new Edits();
      shown = { ...shown, ...root.edits.add(shown.sizes, widths) };
      root.draw();
    }
    // Not a trigger: of several that come while the page is drawn, an older one may win. The time
    // makes every edit a change.
    setStateValue("edit", { widths, at: Date.now() });
  }
  // Also called for a value that a newer one overtook, while the editor lives on.
  return () => {
    setTimeout(() => {
      if (root.isConnected) return;
      root.observer.disconnect();
      root.deafen();
    });
  };
}
