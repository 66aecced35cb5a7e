// Loads Plotly.js, once a page, and gives figures their colours.

import { PAPER, PLOTLY_FILE, SPACE_GRID } from "../protocol.js";

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

// Returns the page's colours, as Streamlit hands them to components in CSS variables.
export function theme(element) {
  const style = getComputedStyle(element);
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: variable("--st-text-color", PAPER.text),
    background: variable("--st-background-color", PAPER.background),
    behind: "transparent",
    font: variable("--st-font", "sans-serif"),
    grid: variable("--st-border-color-light", PAPER.grid),
  };
}

// Whether a part of a layout is an axis, such as "xaxis2", or a scene, such as "scene".
export const isAxis = (name) => /^[xy]axis\d*$/.test(name);
export const isScene = (name) => /^scene\d*$/.test(name);

const lined = (color) => ({ gridcolor: color, zerolinecolor: color, linecolor: color });

// Returns a figure's layout in these colours, whatever colours it had.
export function themed(layout, colors) {
  const result = {
    ...layout,
    paper_bgcolor: colors.behind,
    plot_bgcolor: colors.behind,
    font: { size: 13, ...layout.font, family: colors.font, color: colors.text },
    hoverlabel: { bgcolor: colors.background, font: { color: colors.text } },
  };
  for (const name of Object.keys(result)) {
    const part = result[name];
    if (isAxis(name)) result[name] = { ...part, ...lined(colors.grid) };
    if (isScene(name)) {
      // Thin lines in space need more than the light grid of flat figures.
      const side = (axis) => ({ ...axis, ...lined(SPACE_GRID), showspikes: false });
      result[name] = { ...part, xaxis: side(part.xaxis), yaxis: side(part.yaxis), zaxis: side(part.zaxis) };
    }
  }
  return result;
}
