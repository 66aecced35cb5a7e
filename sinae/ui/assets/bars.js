// Latent values as bars to the left and right of zero, each with its number.

import { element } from "./sliders.js";
import { signed } from "./words.js";

export const MOST_BARS = 64;

// Of a share from -1 to 1 of the largest value: purple below zero, green above. In 16 shades each,
// so that a node is repainted only when its shade changes.
export function shade(share) {
  const alpha = Math.round(Math.min(1, Math.abs(share)) ** 0.7 * 16) / 16;
  return share < 0 ? `rgba(204,121,167,${alpha})` : `rgba(0,158,115,${alpha || 0})`;
}

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
