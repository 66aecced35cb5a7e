// The picture of the network, in which the values that flow through the nodes colour them.

import { finder } from "../dom.js";
import { drawNetwork } from "../drawing.js";
import { shade } from "./bars.js";

export function flowView(root) {
  const place = finder(root)(".picture");
  let drawn = ""; // the sizes and the width of the picture
  let picture = null; // {nodes, setSignals}
  let colors = []; // for each column the colours of its nodes

  const layOut = (network, width) => {
    const { sizes } = network ?? {};
    const needed = JSON.stringify([sizes, width]);
    if (drawn === needed || !width) return;
    drawn = needed;
    place.replaceChildren();
    picture = null;
    if (!sizes) return;
    picture = drawNetwork(place, network, width);
    colors = picture.nodes.map(() => []);
  };
  return ({ family, network, width }, { signal, stages, output, finite, range }) => {
    layOut(network, width);
    if (!picture) return;
    picture.setSignals(signal, finite ? output : null, range);
    picture.nodes.forEach((column, s) => {
      column.forEach(({ index, circle }, i) => {
        const color = stages[s] ? shade(stages[s][index] / (network.large?.[s] ?? family.range)) : "";
        if (colors[s][i] !== color) circle.style.fill = colors[s][i] = color;
      });
    });
  };
}
