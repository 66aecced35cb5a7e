// The buttons that steer a run. Nothing is seen of this part: it tells the part of the page that
// follows the run for which status the buttons are drawn, and holds the keyboard's focus.

import { listen } from "./dom.js";
import { component } from "./mount.js";
import { channel } from "./server/channel.js";

export const steered = channel(); // {key, status, redraw}

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
  const changes = new MutationObserver(look);
  changes.observe(row, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  const ends = ["focusin", "pointerdown"].map((type) => listen(document, type, remember));
  return () => {
    changes.disconnect();
    for (const end of ends) end();
  };
}

export default component("sinae-unseen", (_root, send) => {
  let watched = null; // the row of buttons
  let end = () => {};
  return {
    update({ key, status, row: name }) {
      steered.tell({ key, status, redraw: () => send.trigger("news", true) });
      const row = document.querySelector(`.st-key-${name}`);
      if (!row || row === watched) return;
      end();
      [watched, end] = [row, keepFocus(row)];
    },
    close: () => end(),
  };
});
