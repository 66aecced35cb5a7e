// A value that one part of a page tells others. `hear(listener)` calls the listener at once where
// there is a value, and for each new one; it returns how to end that.

export function channel() {
  const listeners = new Set();
  let last;
  return {
    tell(value) {
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

export const output = channel(); // of the network in training: the signal's values; null before any
