// The picture of a network: a signal goes in at the left, through columns of nodes, out at the
// right. In the editor the columns can be changed; the probe colours the nodes with what flows.

import { svg } from "./dom.js";

const HEIGHT = 150;
export const MOST_NODES = 12; // in one column; wider layers are drawn with a gap in the middle

// The path of a signal in a box, which values up to a little more than `range` fill.
function signalPath(values, left, width, range) {
  const most = 1.05 * range;
  const y = (v) => HEIGHT / 2 - (Math.max(-most, Math.min(most, v)) / most) * 42;
  return Array.from(values, (v, i) => `${i ? "L" : "M"}${left + (i / (values.length - 1)) * width},${y(v)}`).join("");
}

// Draws into `parent` and returns the x of every column and `nodes`: for each column a list of
// {index, circle}, so that the caller can colour them, and `setSignals(input, output, range)`, where
// `range` is the largest value of a signal.
export function drawNetwork(parent, { sizes, bottleneck, label }, width) {
  const root = svg(parent, "svg", { width, height: HEIGHT, role: "img", "aria-label": label, class: "network" });
  const signalWidth = Math.min(92, width / 8);
  const left = signalWidth + Math.min(34, width / 20);
  const xs = sizes.map((_, i) => left + ((width - 2 * left) * i) / (sizes.length - 1));
  const largest = Math.log(Math.max(...sizes) + 1);
  const heights = sizes.map((size) => 10 + (HEIGHT - 24) * (Math.log(size + 1) / largest) ** 1.6);
  for (let i = 1; i < sizes.length; i++) {
    const [h0, h1] = [heights[i - 1] / 2 + 4, heights[i] / 2 + 4];
    const middle = HEIGHT / 2;
    const points = [
      [xs[i - 1], middle - h0],
      [xs[i], middle - h1],
      [xs[i], middle + h1],
      [xs[i - 1], middle + h0],
    ];
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
  return { xs, nodes, setSignals };
}
