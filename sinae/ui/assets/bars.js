// Latent values as bars to the left and right of zero, each with its number.

import { element } from "./sliders.js";
import { signed } from "./words.js";

export const MOST_BARS = 64;

export function bars(parent) {
  const list = element(parent, "ul", { class: "bars", tabindex: 0, "aria-label": "Latent values" });
  let rows = [];
  const resize = (count) => {
    list.replaceChildren();
    rows = Array.from({ length: count }, (_, i) => {
      const row = element(list, "li");
      element(row, "span", { class: "name" }, `Latent ${i + 1}`);
      const track = element(row, "span", { class: "track" });
      return {
        bar: element(track, "span", { class: "fill" }),
        pin: element(track, "span", { class: "pin" }),
        number: element(row, "span", { class: "number" }),
      };
    });
  };
  // values, pinned: numbers or null; limit: the value at the end of a bar; color: of a share of it.
  return (values, pinned, limit, color) => {
    const count = Math.min(values.length, MOST_BARS);
    if (count !== rows.length) resize(count);
    rows.forEach(({ bar, pin, number }, i) => {
      const share = Math.max(-1, Math.min(1, values[i] / limit)) || 0;
      bar.style.transform = `scaleX(${share.toFixed(4)})`;
      bar.style.backgroundColor = color(Math.sign(share));
      number.textContent = signed(values[i]);
      pin.hidden = !pinned;
      if (pinned) pin.style.left = `${50 + 50 * Math.max(-1, Math.min(1, pinned[i] / limit))}%`;
    });
  };
}
