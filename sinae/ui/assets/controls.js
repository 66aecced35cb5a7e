// What the controls of a page need of the browser: the address follows them, and a phone shows
// digits for a box that takes a number. Nothing is seen of it.

// A query string with a page's own part in it, and all of its other parts as they were.
export function written(search, names, said) {
  const query = new URLSearchParams(search);
  for (const name of names) {
    if (name in said) query.set(name, said[name]);
    else query.delete(name);
  }
  return query.toString();
}

function write({ names, said }) {
  const query = written(location.search, names, said);
  if (query !== location.search.slice(1)) {
    history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  }
}

let last = null; // the page that was shown before

function build(place) {
  const { pathname } = location;
  // A page that another one leads to by a button would begin where that one was scrolled to.
  if (last !== null && last !== pathname) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  last = pathname;
  let newest = null; // {data, visit}
  // Another entry of the history for this very page: Streamlit runs the page, and does not tell it.
  const onPop = () => {
    if (location.pathname === pathname) newest?.visit(location.search);
  };
  addEventListener("popstate", onPop);
  return {
    update(data, visit) {
      newest = { data, visit };
      if (location.pathname === pathname) write(data);
      for (const label of data.numbers) {
        document.querySelector(`input[aria-label="${CSS.escape(label)}"]`)?.setAttribute("inputmode", "decimal");
      }
    },
    close() {
      if (!place.isConnected) removeEventListener("popstate", onPop);
    },
  };
}

const bars = new WeakMap();

export default function controls({ data, parentElement: place, setTriggerValue }) {
  place.classList.add("sinae-unseen");
  if (!bars.has(place)) bars.set(place, build(place));
  const bar = bars.get(place);
  bar.update(data, (search) => setTriggerValue("visit", search));
  // Also called for a value that a newer one overtook.
  return () => setTimeout(bar.close);
}
