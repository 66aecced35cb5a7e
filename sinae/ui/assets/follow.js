// Draws the part of the page that it stands in anew when its run has news. Nothing is seen of it.

import { component } from "./mount.js";
import { follower } from "./server/follower.js";

export default component("sinae-unseen", (_root, send) => {
  let last = performance.now();
  let waiting = 0;
  let pause = 0; // milliseconds: no more often than that
  const redraw = () => {
    [last, waiting] = [performance.now(), 0];
    send.trigger("news", true);
  };
  const onNews = ({ shown }) => {
    if (shown === null) return; // nothing is new
    waiting ||= setTimeout(redraw, Math.max(0, last + pause - performance.now()));
  };
  const news = follower({ onNews, redraw });
  return {
    update({ run, milliseconds }) {
      pause = milliseconds;
      news.follow(run);
    },
    close: () => news.follow(null),
  };
});
