// A Plotly figure that lives on from one value to the next: the element stays the same, and with
// it the reader's zoom (`uirevision`).

import { loadPlotly, theme, themed } from "./plotly.js";

const CONFIG = {
  displaylogo: false,
  responsive: true,
  scrollZoom: false, // the wheel moves the page, over a turnable figure too
  // Plotly would offer to upload the chart to its own cloud.
  modeBarButtonsToRemove: ["lasso2d", "select2d", "sendChartToCloud"],
};

// A pointer that moves further than this, in pixels, between down and up turns or zooms.
const CLICK_REACH = 5;

// Draws a figure into a place, or moves the one that is there to new values; `choose` is called with
// a point that is clicked.
export async function drawChart(place, figure, path, choose) {
  let plot = place.querySelector(".sinae-chart");
  if (!plot) {
    plot = document.createElement("div");
    plot.className = "sinae-chart";
    plot.setAttribute("role", "img");
    watchPointer(plot);
    place.append(plot);
  }
  plot.figure = figure;
  plot.choose = choose;
  plot.setAttribute("aria-label", figure.layout.meta.alt);
  plot.style.height = `${figure.layout.height}px`;
  const Plotly = await loadPlotly(path);
  // Also called again while Plotly is still loading or drawing: each call draws the newest figure,
  // and only one draws at a time.
  plot.drawing = (plot.drawing ?? Promise.resolve()).then(async () => {
    // A redraw would end the reader's own zooming, panning or turning.
    while (plot.isConnected && (plot._dragging || plot.pressed)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const figure = plot.figure;
    if (!figure || !plot.isConnected) return;
    plot.figure = undefined;
    await Plotly.react(plot, figure.data, themed(figure.layout, theme(plot)), CONFIG);
    if (!plot.listens) {
      plot.listens = true;
      plot.on("plotly_click", ({ points }) => pointClicked(plot, points[0].pointNumber));
    }
  });
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

// Flat figures report a click after the pointer is up; turnable ones, again and again, while it is
// down, also where it only sets out to turn them.
function pointClicked(plot, point) {
  if (plot.pressed) plot.pressed.point = point;
  else plot.choose?.(point);
}

function watchPointer(plot) {
  const down = ({ clientX, clientY }) => {
    plot.pressed = { clientX, clientY };
    const up = (event) => {
      const { clientX, clientY, point } = plot.pressed;
      const moved = Math.hypot(event.clientX - clientX, event.clientY - clientY);
      removeEventListener("pointerup", up, true);
      removeEventListener("pointercancel", up, true);
      plot.pressed = undefined;
      if (event.type === "pointerup" && point !== undefined && moved < CLICK_REACH) {
        plot.choose?.(point);
      }
    };
    addEventListener("pointerup", up, true);
    addEventListener("pointercancel", up, true);
  };
  plot.addEventListener("pointerdown", (event) => plot.pressed || down(event), true);
}
