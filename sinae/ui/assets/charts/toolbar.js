// The row of buttons above a chart.

import { button, element } from "../dom.js";
import { savePicture } from "./picture.js";
import { isAxis, isScene } from "./plotly.js";

const ICONS = {
  "Turn by hand": "M20 12a8 3.5 0 1 1-4-3M20 5v5h-5",
  "Zoom in": "M11 7v8M7 11h8M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0",
  "Zoom out": "M7 11h8M16.5 16.5 21 21M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0",
  "Reset view": "M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.5 14",
  "Save picture": "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14",
};

// Puts the buttons into a place. homeOf(name) returns a part of the layout as it came; tell(text) says what
// went wrong. Returns a function that fits the buttons to the present figure.
export function toolbar(place, plot, { homeOf, tell }) {
  const row = element(place, "div", { class: "sinae-chart-tools", role: "group", "aria-label": "Chart" });
  const tool = (name, press, attributes = {}) => {
    const made = button(row, "", { title: name, "aria-label": name, ...attributes }, press);
    made.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    return made;
  };
  const toggle = () => turn.setAttribute("aria-pressed", plot.classList.toggle("turning"));
  const turn = tool("Turn by hand", toggle, { class: "turn", "aria-pressed": false });
  turn.append("Turn by hand"); // there is no hovering with a finger
  const set = (next) => change(plot, next).catch((error) => tell(error.message));
  const views = [
    tool("Zoom in", () => set((part) => zoomed(part, 0.5))),
    tool("Zoom out", () => set((part) => zoomed(part, 2))),
    tool("Reset view", () => set((_, name) => atHome(homeOf(name)))),
  ];
  tool("Save picture", () => {
    savePicture(plot).catch((error) => tell(`The picture could not be saved: ${error.message}`));
  });
  return () => {
    const { layout } = plot;
    const moves = !layout.meta.config?.staticPlot && movable(layout).length > 0;
    turn.hidden = !Object.keys(layout).some(isScene);
    for (const view of views) view.hidden = !moves;
    row.classList.add("ready"); // nothing can be done before there is a figure
  };
}

const movable = (layout) => Object.keys(layout).filter((name) => isScene(name) || (isAxis(name) && !layout[name].fixedrange));

// Changes the view: `next(part, name)` returns what is to be set on an axis or a scene of the layout.
function change(plot, next) {
  const changes = {};
  for (const name of movable(plot.layout)) {
    for (const [key, value] of Object.entries(next(plot.layout[name], name))) changes[`${name}.${key}`] = value;
  }
  // As the reader's own hand would, so that it lasts over new values. Plotly's own buttons do so too.
  plot._fullLayout._guiEditing = true;
  const done = window.Plotly.relayout(plot, changes);
  plot._fullLayout._guiEditing = false;
  return done;
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
