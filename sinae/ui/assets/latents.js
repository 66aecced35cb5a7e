// The latent values of the input: a bar for each, and their path as one parameter moves.

import { bars, MOST_BARS, shade } from "./bars.js";
import { affordable, latentsOf } from "./networks.js";
import { drawnLatents, drawOrbit } from "./orbit.js";

const TRAIL = 400; // points kept of the path of the latent values
const ORBIT_PRODUCTS = 5e6; // what an orbit may cost, in multiplications, where a drag begins

// `moving` is the parameter whose path is drawn at first; input(view): the signal of a view;
// highOf(parameter): the end of its range now.
export function latentsPart(root, moving, { input, highOf }) {
  const find = (selector) => root.querySelector(selector);
  const say = (selector, text) => {
    if (find(selector).textContent !== text) find(selector).textContent = text;
  };
  const showBars = bars(find(".bar-place"));
  let trail = [];
  let loop = { key: "", path: [] };

  const shareOf = (at) => (at[moving.key] - moving.low) / (highOf(moving) - moving.low);
  // A point of the orbit's plot; `share` is how far the moving parameter is on its way.
  const scaled = (network, latents, share, shown) => {
    const point = shown.map((i) => (latents[i] - network.latents[i].middle) / network.latents[i].spread);
    return shown.length > 1 ? point : [2 * share - 1, point[0]];
  };
  const orbit = (network, view, shown) => {
    const { key, low } = moving;
    const { [key]: _, ...others } = { phase: view.phase, frequency: view.frequency, amplitude: view.amplitude };
    const wanted = JSON.stringify([key, view.beyond, view.noise, view.noise_seed, others, shown]);
    if (loop.key === wanted) return loop.path;
    const count = affordable(network.encoder, ORBIT_PRODUCTS, 24, 72);
    const path = Array.from({ length: count + 1 }, (_, i) => {
      const at = { ...view, [key]: low + ((highOf(moving) - low) * i) / count };
      return scaled(network, latentsOf(network, input(at)), i / count, shown);
    });
    loop = { key: wanted, path };
    return path;
  };
  const missing = (network) => {
    if (!network) return "They appear here as soon as a network is trained.";
    if (network.bottleneck === null) return "This network has no hidden layer: nothing is squeezed, so there are no latent values.";
    return network.trained ? "" : "They appear with the first training steps.";
  };

  return {
    // Draws the path of another parameter from now on.
    follow(parameter) {
      if (moving !== parameter) [moving, trail] = [parameter, []];
    },
    // For other weights: what was drawn is not theirs.
    forget() {
      [trail, loop.key] = [[], ""];
    },
    // latents: of the view's signal; null where the network has none.
    draw(latents, network, view, colors) {
      root.classList.toggle("empty", !latents);
      if (!latents) return say(".sentence", missing(network));
      const pinned = view.pinned ? latentsOf(network, input(view.pinned)) : null;
      showBars(latents, pinned, network.latentLimit, shade);
      const size = latents.length;
      say(".sentence", size > MOST_BARS ? `The first ${MOST_BARS} of ${size} are shown.` : "");
      const shown = drawnLatents(network.latents);
      const names = shown.map((i) => String(i + 1));
      const now = latents.every(Number.isFinite) ? scaled(network, latents, shareOf(view), shown) : null;
      if (now && trail.at(-1)?.join() !== now.join()) trail.push(now);
      trail = trail.slice(-TRAIL);
      drawOrbit(
        find(".orbit canvas"),
        {
          loop: network.finite ? orbit(network, view, shown) : [],
          trail: size === 1 ? [] : trail,
          now,
          pinned: pinned && scaled(network, pinned, shareOf(view.pinned), shown),
          names: size === 1 ? [moving.name.toLowerCase(), "1"] : names,
        },
        colors,
      );
      const which = size === 1 ? "The latent value" : size > 3 ? `Latents ${names.join(", ")}, which vary most,` : `Latents ${names.join(", ")}`;
      const path = moving.key === "phase" ? "phase makes one turn" : `${moving.name.toLowerCase()} goes through its range`;
      say(".orbit figcaption", `${which} as ${path}; the dot is now.`);
    },
  };
}
