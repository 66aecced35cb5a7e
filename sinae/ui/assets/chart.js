// The component of a single chart.

import { chartIn } from "./charts/figure.js";
import { component } from "./mount.js";

export default component("sinae-figure", (root, page) => {
  const chart = chartIn(root);
  const choose = (point) => page.trigger("point", point);
  page.onClose(chart.close);
  return ({ figure, clickable }) => chart.draw(JSON.parse(figure), clickable ? choose : undefined);
});
