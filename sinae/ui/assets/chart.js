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

export default async function chart({ data, parentElement, setTriggerValue }) {
  let plot = parentElement.querySelector(".sinae-chart");
  if (!plot) {
    plot = document.createElement("div");
    plot.className = "sinae-chart";
    plot.setAttribute("role", "img");
    watchPointer(plot);
    parentElement.append(plot);
  }
  plot.figure = JSON.parse(data.figure);
  plot.choose = data.clickable ? (point) => setTriggerValue("point", point) : undefined;
  plot.setAttribute("aria-label", plot.figure.layout.meta.alt);
  plot.style.height = `${plot.figure.layout.height}px`;
  const Plotly = await loadPlotly(data.plotly);
  // Streamlit calls again on every value, also while Plotly is still loading or drawing: each
  // call draws the newest figure, and only one draws at a time.
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
  // Also called for a value that a newer one overtook, while the plot lives on.
  return () => setTimeout(() => plot.isConnected || Plotly.purge(plot));
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
