// The buttons that steer a run. Nothing is seen of this part: it tells the part of the page that
// follows the run for which status the buttons are drawn, and holds the keyboard's focus.

const listeners = new Set();
let drawn = null; // {key, status, redraw}

// Calls the listener at once and whenever the buttons are drawn anew; returns how to end that.
export function onSteering(listener) {
  listeners.add(listener);
  if (drawn) listener(drawn);
  return () => listeners.delete(listener);
}

// Where the button that has the focus is gone, another one has taken its place: the first one.
function keepFocus(row) {
  let last = null; // of the row's buttons, as long as the focus is nowhere else
  const remember = ({ target }) => (last = row.contains(target) ? target : null);
  const look = () => {
    if (!last || (last.isConnected && !last.disabled)) return;
    const lost = document.activeElement === document.body || document.activeElement === last;
    last = lost ? row.querySelector("button:enabled") : null;
    last?.focus({ preventScroll: true });
  };
  for (const event of ["focusin", "pointerdown"]) document.addEventListener(event, remember);
  const changes = new MutationObserver(look);
  changes.observe(row, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    changes.disconnect();
    for (const event of ["focusin", "pointerdown"]) document.removeEventListener(event, remember);
  };
}

const kept = new WeakMap(); // of each place the row that is watched, and how to end that

export default function steering({ data, parentElement: place, setTriggerValue }) {
  place.classList.add("sinae-unseen");
  drawn = { key: data.key, status: data.status, redraw: () => setTriggerValue("news", true) };
  for (const listener of listeners) listener(drawn);
  const row = document.querySelector(`.st-key-${data.row}`);
  const watched = kept.get(place);
  if (row && watched?.row !== row) {
    watched?.end();
    kept.set(place, { row, end: keepFocus(row) });
  }
  // Also called for a value that a newer one overtook.
  return () =>
    setTimeout(() => {
      if (!place.isConnected) kept.get(place)?.end();
    });
}
