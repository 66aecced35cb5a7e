// Latent values as bars to the left and right of zero, each with its number.

import { element } from "../dom.js";
import { clamp } from "../number.js";
import { COLORS, MOST_BARS } from "../protocol.js";
import { signed } from "./descriptions.js";

// Returns the colour of a value, given as a share from -1 to 1 of the largest: purple below zero, green above.
// There are 16 shades of each, so that a node is repainted only when its shade changes.
export function shade(share) {
  const sixteenths = Math.round(Math.min(1, Math.abs(share)) ** 0.7 * 16) || 0;
  const byte = Math.round((255 * sixteenths) / 16);
  const alpha = byte.toString(16).padStart(2, "0");
  return (share < 0 ? COLORS.negative : COLORS.positive) + alpha;
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
  // Shows values, and those of the pinned input or null; `limit` is the value at the end of a bar.
  return (values, pinned, limit) => {
    const count = Math.min(values.length, MOST_BARS);
    if (count !== rows.length) resize(count);
    rows.forEach(({ bar, pin, number }, i) => {
      const share = clamp(values[i] / limit, -1, 1) || 0;
      bar.style.transform = `scaleX(${share.toFixed(4)})`;
      bar.style.backgroundColor = shade(Math.sign(share));
      number.textContent = signed(values[i]);
      pin.hidden = !pinned;
      if (pinned) pin.style.left = `${50 + 50 * clamp(pinned[i] / limit, -1, 1)}%`;
    });
  };
}
