// The life of a component: its element is made once, takes each new value, and is given up when it
// is really gone.

import { element } from "./dom.js";

const mounted = new WeakMap(); // of each place what was built in it

// What Streamlit takes as a component. `build(root, send)` fills the element `root`, of some classes,
// and returns {update(data), close()}; send.state(name, value) and send.trigger(name, value) tell Python.
export function component(classes, build) {
  return ({ data, parentElement: place, ...send }) => {
    let own = mounted.get(place);
    if (own?.root.parentNode !== place) {
      own?.part.close();
      own = { root: element(place, "div", { class: `sinae ${classes}` }), send };
      own.part = build(own.root, {
        state: (...sent) => own.send.setStateValue(...sent),
        trigger: (...sent) => own.send.setTriggerValue(...sent),
      });
      mounted.set(place, own);
    }
    own.send = send;
    own.part.update(data);
    // Streamlit also cleans up after a value that a newer one overtook, while the element lives on.
    return () =>
      setTimeout(() => {
        if (own.root.isConnected || mounted.get(place) !== own) return;
        mounted.delete(place);
        own.part.close();
      });
  };
}
