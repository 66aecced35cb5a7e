// What mouse and fingers do on a chart. A mouse zooms and turns as Plotly has it. A moving finger scrolls the
// page: with Plotly it would zoom and turn, and hold the page still.

import { listen } from "../dom.js";
import { isScene } from "./plotly.js";

// A pointer that moves further than this, in pixels, between down and up turns or zooms.
const CLICK_REACH = 5;

// choose(point) is called with a point that is clicked or tapped. Returns picked(point) and hovered(point), to be
// called with what Plotly reports, and isDown().
export function watchPointer(plot, choose) {
  let pressed = null; // {point}, while a pointer is down
  let tapped = false; // whether the point of a tap is still to come, with Plotly's next frame

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
  // Plotly gets no touches, but the mouse events that browsers make of a tap.
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
