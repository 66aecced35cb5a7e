// The buttons of a chart, in a row of their own.

import { savePicture } from "./picture.js";
import { isAxis, isScene } from "./plotly.js";

const ICONS = {
  "Turn by hand": "M20 12a8 3.5 0 1 1-4-3M20 5v5h-5",
  "Zoom in": "M11 7v8M7 11h8M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0",
  "Zoom out": "M7 11h8M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0",
  "Reset view": "M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.5 14",
  "Save picture": "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14",
};

// Returns the element, and `update()` for when the figure is a new one.
export function toolbar(plot) {
  addStyles();
  const element = document.createElement("div");
  element.className = "sinae-chart-tools";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "Chart");
  const button = (name, press) => {
    const place = document.createElement("button");
    place.type = "button";
    place.title = name;
    place.setAttribute("aria-label", name);
    place.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    place.onclick = press;
    element.append(place);
    return place;
  };
  const turn = button("Turn by hand", () => {
    turn.setAttribute("aria-pressed", plot.classList.toggle("turning"));
  });
  turn.className = "turn";
  turn.append("Turn by hand"); // there is no hovering with a finger
  turn.setAttribute("aria-pressed", false);
  const views = [
    button("Zoom in", () => change(plot, (part) => zoomed(part, 0.5))),
    button("Zoom out", () => change(plot, (part) => zoomed(part, 2))),
    button("Reset view", () => change(plot, (_, name) => atHome(plot.home[name]))),
  ];
  button("Save picture", () => {
    savePicture(plot).catch((error) => plot.tell(`The picture could not be saved: ${error.message}`));
  });
  const update = () => {
    const { layout } = plot;
    const moves = !layout.meta.config?.staticPlot && movable(layout).length > 0;
    turn.hidden = !Object.keys(layout).some(isScene);
    views.forEach((view) => (view.hidden = !moves));
    element.classList.add("ready"); // nothing can be done before there is a figure
  };
  return { element, update };
}

const movable = (layout) =>
  Object.keys(layout).filter((name) => isScene(name) || (isAxis(name) && !layout[name].fixedrange));

// `next(part, name)`: an axis or a scene of the layout, to what of it is to be set.
function change(plot, next) {
  const changes = {};
  for (const name of movable(plot.layout)) {
    for (const [key, value] of Object.entries(next(plot.layout[name], name))) changes[`${name}.${key}`] = value;
  }
  // As the reader's own hand would, so that it lasts over new values. Plotly's own buttons do so too.
  plot._fullLayout._guiEditing = true;
  window.Plotly.relayout(plot, changes).catch((error) => plot.tell(error.message));
  plot._fullLayout._guiEditing = false;
}

function zoomed({ range, camera }, factor) {
  if (!camera) {
    const [low, high] = range;
    const [middle, half] = [(low + high) / 2, (factor * (high - low)) / 2];
    return { range: [middle - half, middle + half] };
  }
  const { eye, center } = camera;
  const nearer = (side) => center[side] + factor * (eye[side] - center[side]);
  return { camera: { ...camera, eye: { x: nearer("x"), y: nearer("y"), z: nearer("z") } } };
}

function atHome({ range, camera }) {
  if (camera) return { camera };
  return range ? { range: [...range] } : { autorange: true };
}

// Once a page: charts stand in components of several kinds.
function addStyles() {
  const href = new URL("toolbar.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  document.head.append(link);
}
