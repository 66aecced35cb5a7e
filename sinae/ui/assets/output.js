// What comes out of the network in training: the part of the page that follows the run tells it to
// the picture of the network.

const listeners = new Set();
let last = null; // the signal's values; null before there are any

export function tellOutput(values) {
  last = values;
  for (const listener of listeners) listener(values);
}

// Calls the listener at once, and for each new output; returns how to end that.
export function onOutput(listener) {
  listeners.add(listener);
  listener(last);
  return () => listeners.delete(listener);
}
