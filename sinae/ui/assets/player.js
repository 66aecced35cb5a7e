// Plays a parameter: moves it by itself, a little each frame. Phase goes round and round, the
// others up and down. Who asked for reduced motion gets single steps instead.

import { around } from "./address.js";

const SECONDS = 6; // for one turn of the phase, or one sweep of another parameter
const STEPS = 24; // to a turn or a sweep, where motion is reduced

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)");

// The value after a share of a sweep; `direction` is 1 or -1 and comes back turned at the ends.
export function advance({ key, low }, high, value, share, direction) {
  if (key === "phase") return { value: around(value + share * (high - low), low, high), direction };
  const next = value + direction * share * (high - low);
  if (next >= high) return { value: high, direction: -1 };
  if (next <= low) return { value: low, direction: 1 };
  return { value: next, direction };
}

// onValue(parameter, value) is asked for every step; `limit(parameter)` gives the end of its range.
export function player({ get, limit, speed, onValue, onState }) {
  let playing = null;
  let direction = 1;
  let last = 0;
  let frame = 0;
  const move = (parameter, share) => {
    const next = advance(parameter, limit(parameter), get(parameter), share, direction);
    direction = next.direction;
    onValue(parameter, next.value);
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
    if (reducedMotion().matches) return move(parameter, 1 / STEPS);
    if (playing === parameter) return stop();
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
