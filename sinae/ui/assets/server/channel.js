// Passes the newest value of something from one part of the page to the others.

// `tell(value)` passes a value on. `hear(listener)` calls the listener at once if there is a value, and then
// for each new one; it returns a function that ends this.
export function channel(first) {
  const listeners = new Set();
  let last = first;
  return {
    tell(value) {
      if (value === last) return;
      last = value;
      for (const listener of listeners) listener(value);
    },
    hear(listener) {
      listeners.add(listener);
      if (last !== undefined) listener(last);
      return () => listeners.delete(listener);
    },
  };
}

export const output = channel(); // what the network in training makes of the editor's signal; null before it has an output
