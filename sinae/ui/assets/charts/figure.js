// A Plotly figure that takes new values in place: its element stays the same, and so does the reader's zoom.

import { element, say } from "../dom.js";
import { loadPlotly, theme, themed } from "./plotly.js";
import { watchPointer } from "./pointer.js";
import { toolbar } from "./toolbar.js";

// The wheel moves the page, over a turnable figure too.
const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };

// Makes a chart in a place. draw(figure, choose) draws a figure, or moves the present one to new values;
// `choose` is called with a point that is clicked. If drawing fails, the place says so, and the next figure is
// tried all the same. close() frees what Plotly holds.
export function chartIn(place) {
  const plot = element(place, "div", { class: "sinae-chart", role: "img" });
  let next = null; // the newest figure, until it is drawn
  let home = null; // the layout that the present figure came with
  let choose;
  let drawing = Promise.resolve();
  let listens = false;
  const tell = (text) => say(trouble, text);
  const pointer = watchPointer(plot, (point) => choose?.(point));
  const updateTools = toolbar(place, plot, { homeOf: (name) => home[name], tell });
  const trouble = element(place, "p", { class: "sinae-chart-trouble note", role: "alert" });
  place.append(plot); // below the buttons and the message

  const drawNext = async () => {
    // A redraw would end the reader's own zooming, panning or turning.
    while (plot.isConnected && (plot._dragging || pointer.isDown())) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    if (!next || !plot.isConnected) return;
    const { data, layout } = next;
    next = null;
    try {
      plot.setAttribute("aria-label", layout.meta.alt);
      plot.style.height = `${layout.height}px`;
      const Plotly = await loadPlotly();
      home = structuredClone(layout); // Plotly writes the reader's zoom into the one that it gets
      await Plotly.react(plot, data, themed(layout, theme(plot)), { ...CONFIG, ...layout.meta.config });
      if (!listens) {
        listens = true;
        plot.on("plotly_click", ({ points }) => pointer.picked(points[0].pointNumber));
        plot.on("plotly_hover", ({ points }) => pointer.hovered(points[0].pointNumber));
      }
      updateTools();
      tell("");
    } catch (error) {
      console.error(error);
      tell(`This chart could not be drawn: ${error.message}`);
    }
  };

  return {
    // May be called again while Plotly is still loading or drawing: one figure is drawn at a time, the newest.
    draw(figure, chooses) {
      [next, choose] = [figure, chooses];
      drawing = drawing.then(drawNext);
    },
    close: () => window.Plotly?.purge(plot),
  };
}
