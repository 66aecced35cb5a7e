// What was edited while the page has not answered yet: its answers to earlier edits come late.

const ANSWER_MILLISECONDS = 3000; // after which an answer is none to an edit

// add(sizes, widths): notes new widths for a network of some sizes. pending(sizes): what to draw in
// place of these sizes, null for nothing else. Which layer is the bottleneck is the page's to say.
export function edits(now = () => performance.now()) {
  let keys = []; // the sizes before each edit, and after the last
  let last = null;
  let end = 0;
  const pending = (sizes) => {
    const late = now() < end && keys.includes(sizes.join()) && sizes.join() !== last.join();
    if (!late) {
      keys = [];
      return null;
    }
    return { sizes: last, bottleneck: null };
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
