// The picture of a network: a signal goes in at the left, through columns of nodes, and out at the right. The
// editor puts its controls under the columns; the probe colours the nodes by what flows through them.

import { svg } from "./dom.js";
import { clamp } from "./number.js";

const HEIGHT = 150;
const MIDDLE = HEIGHT / 2;
export const MOST_NODES = 12; // in one column; of wider layers the nodes in the middle are left out

// Returns the path of a signal in a box, which values up to a little more than `range` fill.
function signalPath(values, left, width, range) {
  const most = 1.05 * range;
  const y = (v) => MIDDLE - (clamp(v, -most, most) / most) * 42;
  return Array.from(values, (v, i) => `${i ? "L" : "M"}${left + (i / (values.length - 1)) * width},${y(v)}`).join("");
}

// Draws into `parent` and returns {xs, nodes, setSignals}: the x of every column; for each column a list of
// {index, circle}, for the caller to colour; and `setSignals(input, output, range)`, which draws the signals,
// `range` being their largest value.
export function drawNetwork(parent, { sizes, bottleneck }, width) {
  const label = `The network: ${sizes.join(" to ")} nodes.`;
  const root = svg(parent, "svg", { width, height: HEIGHT, role: "img", "aria-label": label, class: "network" });
  const signalWidth = Math.min(92, width / 8);
  const left = signalWidth + Math.min(34, width / 20);
  const xs = sizes.map((_, i) => left + ((width - 2 * left) * i) / (sizes.length - 1));
  const largest = Math.log(Math.max(...sizes) + 1);
  const heights = sizes.map((size) => 10 + (HEIGHT - 24) * (Math.log(size + 1) / largest) ** 1.6);
  for (let i = 1; i < sizes.length; i++) {
    const side = (k, up) => `${xs[k]},${MIDDLE + up * (heights[k] / 2 + 4)}`;
    svg(root, "polygon", { points: [side(i - 1, -1), side(i, -1), side(i, 1), side(i - 1, 1)].join(" "), class: "flow" });
  }
  const nodes = sizes.map((size, column) => {
    const shown = Math.min(size, MOST_NODES);
    const spacing = heights[column] / shown;
    const radius = clamp(spacing * 0.36, 1.8, 7);
    return Array.from({ length: shown }, (_, k) => {
      const y = MIDDLE + (k - (shown - 1) / 2) * spacing;
      const circle = svg(root, "circle", { cx: xs[column], cy: y, r: radius, class: column === bottleneck ? "node waist" : "node" });
      // A wide layer shows its first nodes in the upper half, and its last ones in the lower.
      return { index: k < shown / 2 ? k : size - shown + k, circle };
    });
  });
  const [before, after] = ["input", "output"].map((name) => svg(root, "path", { class: `signal ${name}` }));
  const setSignals = (input, output, range) => {
    before.setAttribute("d", input ? signalPath(input, 4, signalWidth, range) : "");
    after.setAttribute("d", output ? signalPath(output, width - signalWidth - 4, signalWidth, range) : "");
  };
  return { xs, nodes, setSignals };
}
