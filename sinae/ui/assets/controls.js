// An invisible component beside a page's controls: the address follows them, and a phone shows a numeric
// keyboard for the boxes that take numbers.

import { listen, replaceQuery } from "./dom.js";
import { component } from "./mount.js";

// Returns a query string in which only the parts of the given names have changed: to what `said` holds.
function written(search, names, said) {
  const query = new URLSearchParams(search);
  for (const name of names) {
    if (name in said) query.set(name, said[name]);
    else query.delete(name);
  }
  return query.toString();
}

let last = null; // the page that was shown before

export default component("sinae-unseen", (_root, page) => {
  const { pathname } = location;
  // A page that is opened by a button on another one would start scrolled to where that one was.
  if (last !== null && last !== pathname) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  last = pathname;
  // When the visitor goes back to another query of this page, Streamlit runs the page without telling it.
  const visit = () => location.pathname === pathname && page.trigger("visit", location.search);
  page.onClose(listen(window, "popstate", visit));
  return ({ said, names, numbers }) => {
    if (location.pathname === pathname) replaceQuery(written(location.search, names, said));
    for (const label of numbers) {
      document.querySelector(`input[aria-label="${CSS.escape(label)}"]`)?.setAttribute("inputmode", "decimal");
    }
  };
});
