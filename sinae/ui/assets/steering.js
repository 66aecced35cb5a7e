// An invisible component beside the buttons that steer a run: it tells the charts for which status the
// buttons are drawn, and keeps the keyboard's focus among them.

import { listen } from "./dom.js";
import { component } from "./mount.js";
import { channel } from "./server/channel.js";

export const steered = channel(); // {key, status, redraw}

// When the button with the focus has gone, the first one of the row takes the focus.
function keepFocus(row) {
  let last = null; // the row's button that had the focus, until something else gets it
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

export default component("sinae-unseen", (_root, page) => {
  let watched = null; // the row of buttons
  let end = () => {};
  page.onClose(() => end());
  return ({ key, status, row: name }) => {
    steered.tell({ key, status, redraw: () => page.trigger("news", true) });
    const row = document.querySelector(`.st-key-${name}`);
    if (!row || row === watched) return;
    end();
    [watched, end] = [row, keepFocus(row)];
  };
});
