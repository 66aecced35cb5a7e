// The decoder by itself: the visitor sets latent values, and it draws a signal from them.

import { finder, say } from "../dom.js";
import { forward } from "../forward.js";
import { clamp, number, rounded } from "../number.js";
import { MOST_BARS } from "../protocol.js";
import { drawCurves } from "./curves.js";
import { described, evaluate, fit, fits } from "./family.js";
import { slider } from "./slider.js";
import { decoderTemplate } from "./template.js";
import { signed } from "./descriptions.js";

// Draws what the decoder makes of latent values, and the closest member of the family if the view asks for it.
// Returns {finite, closest}: whether the output is, and that member, {values, mse}, or null.
function drawDecoded(canvas, { family, network, view, colors }, latents, range) {
  const drawn = forward(network.decoder, Float64Array.from(latents)).at(-1);
  const finite = drawn.every(Number.isFinite);
  const closest = finite && view.fit ? fit(family, drawn) : null;
  const curves = [{ values: drawn, color: colors.output, dash: [8, 5] }];
  if (closest) curves.unshift({ values: evaluate(family, closest.values), color: colors.other, dash: [2, 3] });
  drawCurves(canvas, curves, range, colors);
  return { finite, closest };
}

function sentence({ family }, { finite, closest }) {
  if (!finite) return "The decoder's output is not a finite number for these values.";
  if (!closest) return "";
  const values = described(family, ({ key, digits }) => closest.values[key].toFixed(digits));
  return `Closest true ${family.member}: ${values.join(", ")}. The drawing is off by an MSE of ${number(closest.mse)}.`;
}

// Says why there is no decoder to draw with; empty if there is one.
function missing(network) {
  if (network?.layers && network.latents.length) return "";
  return network?.bottleneck === null
    ? "This network has no hidden layer, so it has no decoder of its own."
    : "This needs a trained network.";
}

export function decoderView(page, state, act) {
  const root = finder(page)(".decoder");
  root.innerHTML = decoderTemplate;
  const find = finder(root);
  let layers = null; // the layers of the network in use
  let given = null; // the latent values that the view had last
  let latents = []; // the values of the handles
  let handles = [];
  let limit = 0; // the handles go from -limit to limit
  let closest = null;
  let current = null; // the latent values of the input

  const put = (values) => {
    latents = given = values;
    act.change({ latents });
  };
  find(".send").addEventListener("click", () => {
    if (!current?.every(Number.isFinite)) return;
    widen(Math.max(...Array.from(current, Math.abs)));
    put(Array.from(current, rounded));
  });
  find(".fitting").addEventListener("change", ({ target }) => act.change({ fit: target.checked }));
  find(".take").addEventListener("click", () => {
    if (!closest) return;
    const { parameters } = state.family;
    const values = Object.fromEntries(parameters.map(({ key, low, widest }) => [key, clamp(rounded(closest.values[key]), low, widest)]));
    act.take({ values, noise: 0, beyond: state.view.beyond || parameters.some(({ key, high }) => values[key] > high) });
  });

  const widen = (wanted) => {
    limit = Math.max(limit, wanted);
    for (const handle of handles) handle.limits(-limit, limit);
  };
  const place = () => {
    find(".handles").replaceChildren();
    handles = latents.slice(0, MOST_BARS).map((start, i) => {
      const options = { name: `Latent ${i + 1}`, low: -limit, high: limit, step: 0.01, start, spoken: signed };
      return slider(find(".handles"), options, (value) => put(latents.with(i, value)));
    });
  };
  // Takes over another network, or other weights of the same one, or other values of the view.
  const use = (network, view) => {
    const count = network.latents.length;
    const wanted = Math.max(2 * network.latentLimit, ...(view.latents ?? []).slice(0, count).map(Math.abs));
    const another = latents.length !== count;
    if (another || view.latents !== given) {
      const start = (view.latents?.length ? view.latents : current) ?? [];
      latents = Array.from({ length: count }, (_, i) => (Number.isFinite(start[i]) ? rounded(start[i]) : 0));
    }
    given = view.latents;
    if (!another) return widen(wanted);
    limit = wanted;
    place();
  };

  return (newest, scene) => {
    const { family, network, view } = newest;
    const why = missing(network);
    root.classList.toggle("empty", why !== "");
    say(find(".sentence"), why);
    current = scene.latents;
    if (why) return;
    if (network.layers !== layers || view.latents !== given) use(network, view);
    layers = network.layers;
    handles.forEach((handle, i) => handle.set(latents[i]));
    const drawn = drawDecoded(find("canvas"), newest, latents, scene.range);
    closest = drawn.closest;
    say(find(".fit-name"), `Fit a ${family.member} to it`);
    say(find(".take"), `Use this ${family.member} as input`);
    say(find(".closest"), `Closest true ${family.member}`);
    find(".fits").hidden = !fits(family);
    find(".fitting").checked = view.fit;
    find(".take").disabled = !closest;
    find(".legend .fit").classList.toggle("off", !closest);
    say(find(".fitted"), sentence(newest, drawn));
  };
}
