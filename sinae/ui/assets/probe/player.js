// Plays a parameter: moves it by itself, a little each frame. A periodic one goes round and round, the others
// up and down. Visitors who asked for reduced motion get single steps instead.

import { button, say } from "../dom.js";
import { clamp } from "../number.js";
import { around } from "./family.js";

const SECONDS = 6; // how long one period, or one sweep of the range, takes
const STEPS = 24; // how many steps it has with reduced motion

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)");

// Rounds to a tenth of a slider's notch: finer than the eye, with few digits.
const fine = (value, step) => Number(((Math.round((10 * value) / step) * step) / 10).toFixed(6));

// Adds the button that plays a slider's parameter; returns a function that shows whether it plays.
export function playButton(head, name, onClick) {
  const made = button(head, "", { class: "play" }, onClick);
  return (on) => {
    const steps = reducedMotion().matches;
    say(made, steps ? "+" : on ? "❚❚" : "▶");
    made.title = steps ? "One step further" : on ? "Stop" : "Let it move by itself";
    made.setAttribute("aria-label", `${steps ? "Step" : "Play"} ${name.toLowerCase()}`);
    made.setAttribute("aria-pressed", String(on));
  };
}

// get(parameter) and limit(parameter) return its value and the end of its range; onValue(parameter, value) is
// called for every step, onState(playing) when another parameter plays, or null when none does.
export function player({ get, limit, speed, onValue, onState }) {
  let playing = null;
  let direction = 1;
  let last = 0;
  let frame = 0;
  let at = 0; // the exact value: steps may be smaller than its rounding
  // Moves a parameter by a share of its sweep, which turns back at the ends.
  const move = (parameter, share) => {
    const { periodic, low, step } = parameter;
    const high = limit(parameter);
    const next = at + (periodic ? 1 : direction) * share * (high - low);
    at = periodic ? around(next, low, high) : clamp(next, low, high);
    if (!periodic && (next >= high || next <= low)) direction = next >= high ? -1 : 1;
    onValue(parameter, fine(at, step));
  };
  const tick = (now) => {
    move(playing, (Math.min(100, now - last) / 1000 / SECONDS) * speed());
    last = now;
    frame = requestAnimationFrame(tick);
  };
  const stop = () => {
    if (!playing) return;
    playing = null;
    cancelAnimationFrame(frame);
    onState(null);
  };
  const toggle = (parameter) => {
    if (playing === parameter) return stop();
    at = get(parameter);
    if (reducedMotion().matches) return move(parameter, 1 / STEPS);
    const idle = !playing;
    playing = parameter;
    direction = 1;
    onState(parameter);
    if (idle) {
      last = performance.now();
      frame = requestAnimationFrame(tick);
    }
  };
  return { toggle, stop };
}
