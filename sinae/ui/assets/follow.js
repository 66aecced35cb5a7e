// Draws the part of the page that it stands in anew when its run has news. Nothing is seen of it.

import { follower } from "./news.js";

function build(place) {
  let last = performance.now();
  let waiting = 0;
  const redraw = () => {
    [last, waiting] = [performance.now(), 0];
    place.redraw();
  };
  const onNews = ({ shown }) => {
    if (shown === null) return; // nothing is new
    waiting ||= setTimeout(redraw, Math.max(0, last + place.milliseconds - performance.now()));
  };
  return follower({ onNews, redraw });
}

export default function follow({ data, parentElement: place, setTriggerValue }) {
  place.classList.add("sinae-unseen");
  place.redraw = () => setTriggerValue("news", true);
  place.milliseconds = data.milliseconds; // no more often than that
  place.news ??= build(place);
  place.news.follow(data.run);
  // Also called for a value that a newer one overtook.
  return () => setTimeout(() => place.isConnected || place.news.follow(null));
}
