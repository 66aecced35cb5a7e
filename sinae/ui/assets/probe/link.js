// Keeps the view in the page's address, which is a link to it, and on the server. Both follow when the hand
// rests: it has not moved for a while, and holds no button of the mouse.

import { listen, replaceQuery } from "../dom.js";
import { describesView, writeView } from "./address.js";

const REST_MILLISECONDS = 400;

// onRest(query) is called when the hand rests, with the view as a query; onVisit() when the visitor goes back
// to another view of this very page, which Streamlit does not draw anew.
export function link(root, state, page, { onRest, onVisit }) {
  const { pathname } = location;
  let rest = 0;
  let held = false;

  const settle = () => {
    if (held || state.playing) return;
    const { families, family, view, network } = state;
    const all = Object.values(families);
    // The link names the network even if the visitor chose none, for others would see another one.
    const query = writeView(all, family, { ...view, network: view.network || (network?.id ?? "") }, location.search);
    // Just after the visitor has left the page, the address is that of another one.
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
  const visited = () => location.pathname === pathname && describesView(Object.values(state.families), location.search) && onVisit();
  root.addEventListener("pointerdown", () => (held = true));
  for (const type of ["pointerup", "pointercancel"]) page.onClose(listen(window, type, released));
  page.onClose(listen(window, "popstate", visited));
  page.onClose(() => clearTimeout(rest));
  return { moved, settle };
}
