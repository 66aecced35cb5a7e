// Remembers the edits that the page has not answered yet, so that late answers to earlier ones are not drawn.

const ANSWER_MILLISECONDS = 3000; // the longest that the page takes to answer an edit

// add(sizes, widths) notes new widths for a network of some sizes. pending(sizes) returns what to draw in place
// of sizes that the page sends, or null if these are right. Only the page knows which layer is the bottleneck.
export function edits(now = () => performance.now()) {
  let keys = []; // the sizes before each edit and after the last
  let last = null; // the sizes after the last edit
  let end = 0; // when its answer is no longer expected
  const pending = (sizes) => {
    const late = now() < end && keys.includes(sizes.join()) && sizes.join() !== last.join();
    if (late) return { sizes: last, bottleneck: null };
    keys = [];
    return null;
  };
  return {
    add(sizes, widths) {
      last = [sizes[0], ...widths, sizes.at(-1)];
      keys.push(sizes.join(), last.join());
      end = now() + ANSWER_MILLISECONDS;
      return pending(sizes);
    },
    pending,
  };
}
