// Shows the latent values of the input: a bar for each, and their path as one parameter moves.

import { finder, say } from "../dom.js";
import { MOST_BARS } from "../protocol.js";
import { bars } from "./bars.js";
import { highOf } from "./family.js";
import { affordable, latentsOf } from "./networks.js";
import { drawnLatents, drawTraversal } from "./traversal.js";
import { input } from "./scene.js";

const TRAIL = 400; // the most points that the trail of the latest values keeps
const TRAVERSAL_PRODUCTS = 5e6; // the most multiplications that a traversal may cost when a drag begins

function missing(network) {
  if (!network) return "They appear here as soon as a network is trained.";
  if (network.bottleneck === null) return "This network has no hidden layer: nothing is squeezed, so there are no latent values.";
  return network.trained ? "" : "They appear with the first training steps.";
}

// Returns a point of the plot; `share` is how far the moving parameter is on its way, from 0 to 1.
function scaled(network, latents, share, shown) {
  const point = shown.map((i) => (latents[i] - network.latents[i].middle) / network.latents[i].spread);
  return shown.length > 1 ? point : [2 * share - 1, point[0]];
}

// Returns the points of the traversal: those of the view while the moving parameter goes through its range.
function traversalOf({ family, network, view }, { key, low }, high, shown) {
  const count = affordable(network.encoder, TRAVERSAL_PRODUCTS, 24, 72);
  return Array.from({ length: count + 1 }, (_, i) => {
    const values = { ...view.values, [key]: low + ((high - low) * i) / count };
    return scaled(network, latentsOf(network, input(family, { ...view, values })), i / count, shown);
  });
}

export function latentsView(root) {
  const find = finder(root);
  const showBars = bars(find(".bar-place"));
  let [layers, moving] = [null, null]; // the network's layers and the parameter that trail and traversal belong to
  let trail = [];
  let traversal = { of: "", path: [] };

  const currentTraversal = (state, high, shown) => {
    const { values, noise, noise_seed } = state.view;
    const { [moving.key]: _, ...others } = values;
    const of = JSON.stringify([high, noise, noise_seed, others, shown]);
    if (traversal.of !== of) traversal = { of, path: traversalOf(state, moving, high, shown) };
    return traversal.path;
  };
  const caption = (size, names) => {
    const which = size === 1 ? "The latent value" : `Latents ${names.join(", ")}${size > 3 ? ", which vary most," : ""}`;
    return `${which} as ${moving.name.toLowerCase()} ${moving.periodic ? "makes one turn" : "goes through its range"}. The dot is your signal.`;
  };

  return (state, { latents }) => {
    const { family, network, view, colors } = state;
    root.classList.toggle("empty", !latents);
    if (!latents) return say(find(".sentence"), missing(network));
    const follows = family.parameters.find(({ key }) => key === state.moving) ?? family.parameters[0];
    // Other weights, or another parameter that moves, begin a new trail and traversal.
    if (network.layers !== layers || follows.key !== moving?.key) [trail, traversal.of] = [[], ""];
    [layers, moving] = [network.layers, follows];
    const high = highOf(moving, view.beyond);
    const shareOf = (at) => (at.values[moving.key] - moving.low) / (high - moving.low);
    const pinned = view.pinned ? latentsOf(network, input(family, view.pinned)) : null;
    showBars(latents, pinned, network.latentLimit);
    const size = latents.length;
    say(find(".sentence"), size > MOST_BARS ? `The first ${MOST_BARS} of ${size} are shown.` : "");
    const shown = drawnLatents(network.latents);
    const names = shown.map((i) => String(i + 1));
    const now = latents.every(Number.isFinite) ? scaled(network, latents, shareOf(view), shown) : null;
    if (now && trail.at(-1)?.join() !== now.join()) trail.push(now);
    trail = trail.slice(-TRAIL);
    const paths = {
      loop: network.finite ? currentTraversal(state, high, shown) : [],
      trail: size === 1 ? [] : trail,
      now,
      pinned: pinned && scaled(network, pinned, shareOf(view.pinned), shown),
      names: size === 1 ? [moving.name.toLowerCase(), "1"] : names,
    };
    drawTraversal(find(".traversal canvas"), paths, colors);
    say(find(".traversal figcaption"), caption(size, names));
  };
}
