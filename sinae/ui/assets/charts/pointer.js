// What hands do to a chart. A mouse zooms and turns as Plotly has it; a finger that moves scrolls
// the page, on every chart: Plotly would zoom and turn by it, and hold the page where it is.

import { listen } from "../dom.js";
import { isScene } from "./plotly.js";

// A pointer that moves further than this, in pixels, between down and up turns or zooms.
const CLICK_REACH = 5;

// choose(point) is called with a point that is clicked or tapped; picked(point) and hovered(point)
// are for what Plotly reports.
export function watchPointer(plot, choose) {
  let pressed = null; // {point}, while a pointer is down
  let tapped = false; // the point of a tap comes with the next picture

  const take = (point) => {
    tapped = false;
    choose(point);
  };
  // Flat figures report a click after the pointer is up. Turnable ones report what is under the
  // pointer, again and again: while it is down, also where it only sets out to turn them, and after
  // a tap, as long as nothing else is under it.
  const picked = (point) => {
    if (pressed) pressed.point = point;
    else if (tapped || !Object.keys(plot.layout).some(isScene)) take(point);
  };
  const press = ({ clientX, clientY }) => {
    if (pressed) return;
    pressed = {};
    tapped = false;
    const up = (event) => {
      const { point } = pressed;
      for (const end of ends) end();
      pressed = null;
      const moved = Math.hypot(event.clientX - clientX, event.clientY - clientY);
      if (event.type !== "pointerup" || moved >= CLICK_REACH) return;
      if (point !== undefined) take(point);
      else tapped = event.pointerType === "touch";
    };
    const ends = ["pointerup", "pointercancel"].map((type) => listen(window, type, up, true));
  };
  // Of a tap Plotly gets the mouse events that browsers make of it.
  const touched = (event) => {
    if (!plot.classList.contains("turning")) return event.stopPropagation();
    // Plotly keeps how a figure was turned when a mouse is let go, and forgets to for a finger.
    if (event.type === "touchend") {
      setTimeout(() => plot.querySelectorAll("canvas").forEach((canvas) => canvas.dispatchEvent(new MouseEvent("mouseup"))));
    }
  };

  listen(plot, "pointermove", () => (tapped = false), true);
  listen(plot, "pointerdown", press, true);
  for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) listen(plot, type, touched, { capture: true, passive: true });
  return { picked, hovered: (point) => tapped && picked(point), isDown: () => pressed !== null };
}
