// The plot of the input and of what the networks make of it, with the error.

import { finder, say } from "../dom.js";
import { forward } from "../forward.js";
import { number } from "../number.js";
import { drawCurves } from "./curves.js";
import { input, meanSquaredError } from "./scene.js";
import { describe, explain } from "./descriptions.js";

// Returns the curves of a scene, from the back to the front.
function curvesOf({ family, view, network, colors }, { signal, clean, output, other }) {
  const curves = [];
  if (view.pinned) {
    const pinned = input(family, view.pinned);
    const line = { color: colors.pinned, width: 1.5 };
    curves.push({ values: pinned, ...line });
    if (output) curves.push({ values: forward(network.layers, pinned).at(-1), ...line, dash: [6, 4] });
  }
  if (view.noise) curves.push({ values: clean, color: colors.input, width: 1 });
  curves.push({ values: signal, color: colors.input, dots: view.noise > 0 });
  if (other) curves.push({ values: other, color: colors.other, dash: [2, 3] });
  if (output) curves.push({ values: output, color: colors.output, dash: [8, 5] });
  return curves;
}

export function plotView(root) {
  const find = finder(root);
  const legend = (name, there) => find(`.legend .${name}`).classList.toggle("off", !there);
  return {
    draw(state, scene) {
      const { signal, output, other, mse, range } = scene;
      drawCurves(find(".plot canvas"), curvesOf(state, scene), range, state.colors);
      legend("output", output);
      legend("pinned", state.view.pinned);
      legend("other", other);
      if (other) say(find(".legend .other b"), number(meanSquaredError(other, signal)));
      say(find(".mse"), number(mse));
      say(find(".explained"), explain(state, scene));
    },
    // Tells visitors who do not see the plot what is drawn.
    announce(state, scene) {
      const { label, found } = describe(state, scene);
      find(".plot canvas").setAttribute("aria-label", label);
      say(find(".announcement"), `${found} ${explain(state, scene)}`.trim());
    },
  };
}
