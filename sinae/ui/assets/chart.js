// A Plotly figure that lives on from one value to the next: the element stays the same, and with
// it the reader's zoom (`uirevision`). To a screen reader it is one image, so that what can be
// pressed stands beside it (toolbar.js).

import { loadPlotly, theme, themed } from "./plotly.js";
import { pointPicked, watchPointer } from "./pointer.js";
import { toolbar } from "./toolbar.js";

const CONFIG = {
  displayModeBar: false,
  responsive: true,
  scrollZoom: false, // the wheel moves the page, over a turnable figure too
};

// Draws a figure into a place, or moves the one that is there to new values; `choose` is called with
// a point that is clicked. What goes wrong is told in the place, and the next figure tried again.
export async function drawChart(place, figure, path, choose) {
  const plot = place.querySelector(".sinae-chart") ?? build(place);
  plot.next = { figure };
  plot.choose = choose;
  // Also called again while Plotly is still loading or drawing: each call draws the newest figure,
  // and only one draws at a time.
  plot.drawing = (plot.drawing ?? Promise.resolve()).then(() => drawNext(plot, path));
  await plot.drawing;
}

// To be called when a place may be gone: gives back what Plotly holds of its charts. Streamlit also
// cleans up after a value that a newer one overtook, while they live on.
export function purgeCharts(place) {
  const plots = [...place.querySelectorAll(".sinae-chart")];
  setTimeout(() => plots.filter((plot) => !plot.isConnected).forEach((plot) => window.Plotly?.purge(plot)));
}

export default async function chart({ data, parentElement, setTriggerValue }) {
  const choose = data.clickable ? (point) => setTriggerValue("point", point) : undefined;
  await drawChart(parentElement, JSON.parse(data.figure), data.plotly, choose);
  return () => purgeCharts(parentElement);
}

function build(place) {
  const plot = document.createElement("div");
  plot.className = "sinae-chart";
  plot.setAttribute("role", "img");
  const trouble = document.createElement("p");
  trouble.className = "sinae-chart-trouble";
  trouble.setAttribute("role", "alert");
  plot.tell = (text) => {
    trouble.textContent = text;
  };
  plot.tools = toolbar(plot);
  watchPointer(plot);
  place.append(plot.tools.element, trouble, plot);
  return plot;
}

async function drawNext(plot, path) {
  // A redraw would end the reader's own zooming, panning or turning.
  while (plot.isConnected && (plot._dragging || plot.pressed)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (!plot.next || !plot.isConnected) return;
  const { figure } = plot.next;
  plot.next = undefined;
  try {
    const { data, layout } = figure;
    plot.setAttribute("aria-label", layout.meta.alt);
    plot.style.height = `${layout.height}px`;
    const Plotly = await loadPlotly(path);
    plot.home = structuredClone(layout); // Plotly writes the reader's zoom into the one that it gets
    await Plotly.react(plot, data, themed(layout, theme(plot)), { ...CONFIG, ...layout.meta.config });
    if (!plot.listens) {
      plot.listens = true;
      plot.on("plotly_click", ({ points }) => pointPicked(plot, points[0].pointNumber));
      plot.on("plotly_hover", ({ points }) => plot.tapped && pointPicked(plot, points[0].pointNumber));
    }
    plot.tools.update();
    plot.tell("");
  } catch (error) {
    console.error(error);
    plot.tell(`This chart could not be drawn: ${error.message}`);
  }
}
