// Loads the Plotly.js of the plotly package, once a page.

const SPACE_GRID = "rgb(150, 155, 160)"; // seen on light and on dark

let loading;

export function loadPlotly(path) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined; // so that the next call tries again
      reject(new Error("The charts could not be loaded. Reload the page to try again."));
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
    text: variable("--st-text-color", "#1c2530"),
    background: variable("--st-background-color", "#ffffff"),
    font: variable("--st-font", "sans-serif"),
    grid: variable("--st-border-color-light", "rgba(128, 128, 128, 0.25)"),
  };
}

// A figure's layout with the page's colours on every part that has one.
export function themed(layout, colors) {
  const axis = { gridcolor: colors.grid, zerolinecolor: colors.grid, linecolor: colors.grid };
  const result = {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: colors.font, color: colors.text, size: 13, ...layout.font },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colors.text, activecolor: colors.text },
    hoverlabel: { bgcolor: colors.background, font: { color: colors.text } },
  };
  for (const name of Object.keys(result)) {
    if (/^[xy]axis\d*$/.test(name)) result[name] = { ...axis, ...result[name] };
    if (/^scene\d*$/.test(name)) {
      result[name] = { ...result[name] };
      for (const side of ["xaxis", "yaxis", "zaxis"]) {
        // Thin lines in space need more than the light grid of flat figures.
        const lines = { gridcolor: SPACE_GRID, zerolinecolor: SPACE_GRID, linecolor: SPACE_GRID };
        result[name][side] = { ...lines, showspikes: false, ...result[name][side] };
      }
    }
  }
  return result;
}
