// A chart by itself. To a screen reader it is one image, so that what can be pressed stands beside it.

import { chartIn } from "./charts/figure.js";
import { component } from "./mount.js";

export default component("sinae-figure", (root, send) => {
  const chart = chartIn(root);
  const choose = (point) => send.trigger("point", point);
  return {
    update({ figure, clickable }) {
      chart.draw(JSON.parse(figure), clickable ? choose : undefined);
    },
    close: chart.close,
  };
});
