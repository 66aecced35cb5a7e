// Loads the Plotly.js of the plotly package, once a page, and gives figures their colours.

import { PAPER, PLOTLY_FILE } from "../protocol.js";

const SPACE_GRID = "rgb(150, 155, 160)"; // seen on light and on dark

let loading;

export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(`../${PLOTLY_FILE}`, import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined; // so that the next call tries again
      reject(new Error("the drawing program could not be loaded. Reload the page to try again."));
    };
    document.head.append(script);
  });
  return loading;
}

// The page's colours, as Streamlit hands them to components in CSS variables.
export function theme(element) {
  const style = getComputedStyle(element);
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: variable("--st-text-color", PAPER.text),
    background: variable("--st-background-color", PAPER.background),
    behind: "rgba(0,0,0,0)",
    font: variable("--st-font", "sans-serif"),
    grid: variable("--st-border-color-light", "rgba(128, 128, 128, 0.25)"),
  };
}

// The names of a layout's axes and scenes: "xaxis2", "scene".
export const isAxis = (name) => /^[xy]axis\d*$/.test(name);
export const isScene = (name) => /^scene\d*$/.test(name);

// A figure's layout with these colours on every part that has one, also where it had others.
export function themed(layout, colors) {
  const axis = { gridcolor: colors.grid, zerolinecolor: colors.grid, linecolor: colors.grid };
  const result = {
    ...layout,
    paper_bgcolor: colors.behind,
    plot_bgcolor: colors.behind,
    font: { size: 13, ...layout.font, family: colors.font, color: colors.text },
    hoverlabel: { bgcolor: colors.background, font: { color: colors.text } },
  };
  for (const name of Object.keys(result)) {
    if (isAxis(name)) result[name] = { ...result[name], ...axis };
    if (isScene(name)) {
      result[name] = { ...result[name] };
      for (const side of ["xaxis", "yaxis", "zaxis"]) {
        // Thin lines in space need more than the light grid of flat figures.
        const lines = { gridcolor: SPACE_GRID, zerolinecolor: SPACE_GRID, linecolor: SPACE_GRID };
        result[name][side] = { ...result[name][side], ...lines, showspikes: false };
      }
    }
  }
  return result;
}
