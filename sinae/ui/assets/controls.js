// What the controls of a page need of the browser: the address follows them, and a phone shows
// digits for a box that takes a number. Nothing is seen of it.

import { listen, replaceQuery } from "./dom.js";
import { component } from "./mount.js";

// A query string with a page's own part in it, and all of its other parts as they were.
function written(search, names, said) {
  const query = new URLSearchParams(search);
  for (const name of names) {
    if (name in said) query.set(name, said[name]);
    else query.delete(name);
  }
  return query.toString();
}

let last = null; // the page that was shown before

export default component("sinae-unseen", (_root, send) => {
  const { pathname } = location;
  // A page that another one leads to by a button would begin where that one was scrolled to.
  if (last !== null && last !== pathname) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  last = pathname;
  // Another entry of the history for this very page: Streamlit runs the page, and does not tell it.
  const close = listen(window, "popstate", () => {
    if (location.pathname === pathname) send.trigger("visit", location.search);
  });
  return {
    update({ said, names, numbers }) {
      if (location.pathname === pathname) replaceQuery(written(location.search, names, said));
      for (const label of numbers) {
        document.querySelector(`input[aria-label="${CSS.escape(label)}"]`)?.setAttribute("inputmode", "decimal");
      }
    },
    close,
  };
});
