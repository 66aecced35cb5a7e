// A Plotly figure that lives on from one value to the next: the element stays the same, and with
// it the reader's zoom (`uirevision`).

import { loadPlotly, theme, themed } from "./plotly.js";

const CONFIG = {
  displaylogo: false,
  responsive: true,
  modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
};

export default async function chart({ data, parentElement }) {
  let plot = parentElement.querySelector(".sinae-chart");
  if (!plot) {
    plot = document.createElement("div");
    plot.className = "sinae-chart";
    plot.setAttribute("role", "img");
    parentElement.append(plot);
  }
  plot.figure = JSON.parse(data.figure);
  plot.setAttribute("aria-label", plot.figure.layout.meta.alt);
  plot.style.height = `${plot.figure.layout.height}px`;
  const Plotly = await loadPlotly(data.plotly);
  // Streamlit calls again on every value, also while Plotly is still loading or drawing: each
  // call draws the newest figure, and only one draws at a time.
  plot.drawing = (plot.drawing ?? Promise.resolve()).then(async () => {
    // A redraw would end the reader's own zooming or panning.
    while (plot._dragging) await new Promise((resolve) => setTimeout(resolve, 100));
    const figure = plot.figure;
    if (!figure || !plot.isConnected) return;
    plot.figure = undefined;
    await Plotly.react(plot, figure.data, themed(figure.layout, theme(plot)), { ...CONFIG, ...figure.layout.meta.config });
  });
  await plot.drawing;
  // Also called for a value that a newer one overtook, while the plot lives on.
  return () => setTimeout(() => plot.isConnected || Plotly.purge(plot));
}
