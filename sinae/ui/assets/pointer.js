// What hands do to a chart. A mouse zooms and turns as Plotly has it; a finger that moves scrolls
// the page, on every chart: Plotly would zoom and turn by it, and hold the page where it is.

import { isScene } from "./plotly.js";

// A pointer that moves further than this, in pixels, between down and up turns or zooms.
const CLICK_REACH = 5;

// Plotly picked a point. Flat figures report a click after the pointer is up. Turnable ones report
// what is under the pointer, again and again: while it is down, also where it only sets out to turn
// them, and after a tap, as long as nothing else is under it.
export function pointPicked(plot, point) {
  if (plot.pressed) plot.pressed.point = point;
  else if (plot.tapped || !Object.keys(plot.layout).some(isScene)) choose(plot, point);
}

function choose(plot, point) {
  plot.tapped = false;
  plot.choose?.(point);
}

export function watchPointer(plot) {
  plot.addEventListener("pointermove", () => (plot.tapped = false), true);
  plot.addEventListener("pointerdown", (event) => plot.pressed || press(plot, event), true);
  for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
    plot.addEventListener(type, (event) => touched(plot, event), { capture: true, passive: true });
  }
}

function press(plot, { clientX, clientY }) {
  plot.pressed = {};
  plot.tapped = false;
  const up = (event) => {
    const { point } = plot.pressed;
    removeEventListener("pointerup", up, true);
    removeEventListener("pointercancel", up, true);
    plot.pressed = undefined;
    const moved = Math.hypot(event.clientX - clientX, event.clientY - clientY);
    if (event.type !== "pointerup" || moved >= CLICK_REACH) return;
    if (point !== undefined) choose(plot, point);
    else plot.tapped = event.pointerType === "touch"; // the point comes with the next picture
  };
  addEventListener("pointerup", up, true);
  addEventListener("pointercancel", up, true);
}

// Of a tap Plotly gets the mouse events that browsers make of it.
function touched(plot, event) {
  if (!plot.classList.contains("turning")) return event.stopPropagation();
  // Plotly keeps how a figure was turned when a mouse is let go, and forgets to for a finger.
  if (event.type === "touchend") {
    setTimeout(() => plot.querySelectorAll("canvas").forEach((canvas) => canvas.dispatchEvent(new MouseEvent("mouseup"))));
  }
}
