// The view in the page's address, which is a link to it, and in what the server remembers. Both follow
// when the hand rests: no move for a while, and no button of the mouse held.

import { listen, replaceQuery } from "../dom.js";
import { describesView, writeView } from "./address.js";

const REST_MILLISECONDS = 400;

// onRest(query): the hand rests, with this view; onVisit(): another entry of the history for this very
// page, which is not drawn anew for it.
export function link(root, state, { onRest, onVisit }) {
  const { pathname } = location;
  let rest = 0;
  let held = false;

  const settle = () => {
    if (held || state.playing) return;
    const { families, family, view, network } = state;
    const all = Object.values(families);
    // The link also names a network that was not chosen, for it is another one for others.
    const query = writeView(all, family, { ...view, network: view.network || (network?.id ?? "") }, location.search);
    // Where the page was just left, the address is another one's.
    if (location.pathname === pathname) replaceQuery(query);
    onRest(writeView(all, family, view, ""));
  };
  const moved = () => {
    clearTimeout(rest);
    rest = setTimeout(settle, REST_MILLISECONDS);
  };
  const released = () => {
    if (held) moved();
    held = false;
  };
  const ends = [
    listen(root, "pointerdown", () => (held = true)),
    listen(window, "pointerup", released),
    listen(window, "pointercancel", released),
    listen(window, "popstate", () => {
      if (location.pathname === pathname && describesView(Object.values(state.families), location.search)) onVisit();
    }),
  ];
  return {
    moved,
    settle,
    close() {
      clearTimeout(rest);
      for (const end of ends) end();
    },
  };
}
