// Runs a component: builds its element once, hands it every new value, and closes it when its place
// has left the page.

import { element } from "./dom.js";

const mounted = new WeakMap(); // what was built in each place

// Returns what Streamlit takes as a component. `build(root, page)` fills the element `root`, which has the
// given classes, and returns `update(data)`. page.state(name, value) and page.trigger(name, value) tell
// Python; page.onClose(undo) registers what is to be undone when the component closes.
export function component(classes, build) {
  return ({ data, parentElement: place, ...send }) => {
    let own = mounted.get(place);
    if (own?.root.parentNode !== place) {
      own?.close();
      own = built(element(place, "div", { class: `sinae ${classes}` }), build);
      mounted.set(place, own);
    }
    // While its module still loads, Streamlit may hand over an older value after a newer one. It then cleans up
    // at once after the older one, which must not be shown.
    const showing = setTimeout(() => {
      own.send = send;
      own.update(data);
    });
    // It cleans up after such a value while the element lives on.
    return () => {
      clearTimeout(showing);
      setTimeout(() => {
        if (own.root.isConnected || mounted.get(place) !== own) return;
        mounted.delete(place);
        own.close();
      });
    };
  };
}

function built(root, build) {
  const undos = [];
  const own = { root, close: () => undos.forEach((undo) => undo()) };
  own.update = build(root, {
    state: (...sent) => own.send.setStateValue(...sent),
    trigger: (...sent) => own.send.setTriggerValue(...sent),
    onClose: (undo) => undos.push(undo),
  });
  return own;
}
