// An invisible component that redraws the part of the page around it when its run has news.

import { component } from "./mount.js";
import { follower } from "./server/follower.js";

export default component("sinae-unseen", (_root, page) => {
  let last = performance.now();
  let waiting = 0;
  let pause = 0; // the least number of milliseconds between two redraws
  const redraw = () => {
    [last, waiting] = [performance.now(), 0];
    page.trigger("news", true);
  };
  const onNews = ({ shown }) => {
    if (shown === null) return; // nothing is new
    waiting ||= setTimeout(redraw, Math.max(0, last + pause - performance.now()));
  };
  const follow = follower({ onNews, redraw });
  page.onClose(() => follow(null));
  return ({ run, milliseconds }) => {
    pause = milliseconds;
    follow(run);
  };
});
