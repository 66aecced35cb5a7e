// The second half of a network by itself: latent values set by hand, and what the decoder draws.

import { MOST_BARS } from "./bars.js";
import { drawCurves } from "./curves.js";
import { forward } from "./forward.js";
import { number, rounded } from "./number.js";
import { fitSine, sine } from "./sine.js";
import { slider } from "./sliders.js";
import { signed } from "./words.js";

const TEMPLATE = `
<h2>Turn it around: draw from latent values</h2>
<p class="help">Set the latent values yourself. The second half of the network, the decoder, draws a curve from them.</p>
<p class="sentence"></p>
<div class="turned">
  <div class="hands">
    <div class="row">
      <button type="button" class="send">Send to latents</button>
      <span class="help">Copies the latent values of the input above.</span>
    </div>
    <div class="handles" tabindex="0" role="group" aria-label="Latent values to set"></div>
  </div>
  <div class="plot">
    <ul class="legend"><li class="output"><i></i>What the decoder draws</li><li class="fit off"><i></i>Closest true sine</li></ul>
    <canvas role="img" aria-label="What the decoder draws."></canvas>
    <div class="row">
      <label class="switch"><input type="checkbox" role="switch" class="fitting"><span>Fit a sine to it</span></label>
      <button type="button" class="take">Use this sine as input</button>
    </div>
    <p class="fitted"></p>
  </div>
</div>`;

// `points` are the window of the signals, as in sine.js.
export function decoderPart(root, parameters, points, { onLatents, onFit, onSine, current }) {
  root.innerHTML = TEMPLATE;
  const find = (selector) => root.querySelector(selector);
  const frequencies = parameters.find(({ key }) => key === "frequency");
  let latents = [];
  let handles = [];
  let limit = 0;
  let fitted = null;

  const put = (values) => {
    latents = values;
    handles.forEach((handle, i) => handle.set(values[i]));
    onLatents([...latents]);
  };
  find(".send").addEventListener("click", () => {
    const values = current();
    if (!values?.every(Number.isFinite)) return;
    widen(Math.max(...Array.from(values, Math.abs)));
    put(Array.from(values, rounded));
  });
  find(".fitting").addEventListener("change", (event) => onFit(event.target.checked));
  find(".take").addEventListener("click", () => {
    if (!fitted) return;
    const range = ({ key, low, widest }) => [key, Math.min(widest, Math.max(low, rounded(fitted[key])))];
    onSine(Object.fromEntries(parameters.map(range)));
  });

  const widen = (wanted) => {
    if (wanted <= limit) return;
    limit = wanted;
    for (const handle of handles) handle.limits(-limit, limit);
  };
  const place = (count) => {
    find(".handles").replaceChildren();
    const range = limit;
    handles = Array.from({ length: Math.min(count, MOST_BARS) }, (_, i) =>
      slider(
        find(".handles"),
        { name: `Latent ${i + 1}`, low: -range, high: range, step: 0.01, start: latents[i], spoken: signed },
        (value) => {
          latents[i] = value;
          onLatents([...latents]);
        },
      ),
    );
  };

  return {
    // Takes another network, or other weights of the same; the hand's values are kept where they fit.
    use(network, view) {
      const count = network?.layers ? network.latents.length : 0;
      root.classList.toggle("empty", !count);
      find(".sentence").textContent = count
        ? ""
        : network?.bottleneck === null
          ? "This network has no hidden layer, so it has no decoder of its own."
          : "This needs a trained network.";
      if (!count) return;
      const wanted = Math.max(2 * network.latentLimit, ...(view.latents ?? []).slice(0, count).map(Math.abs));
      if (latents.length !== count) {
        limit = wanted;
        const given = view.latents?.length ? view.latents : (current() ?? []);
        latents = Array.from({ length: count }, (_, i) => (Number.isFinite(given[i]) ? rounded(given[i]) : 0));
        place(count);
      }
      widen(wanted);
    },

    draw(network, view, range, colors) {
      if (!network?.layers || !latents.length || root.classList.contains("empty")) return;
      const drawn = forward(network.decoder, Float64Array.from(latents)).at(-1);
      const finite = drawn.every(Number.isFinite);
      fitted = finite && view.fit ? fitSine(drawn, points.middle, frequencies.low, frequencies.widest) : null;
      const curves = [];
      if (fitted) curves.push({ values: sine(points, fitted), color: colors.other, dash: [2, 3] });
      curves.push({ values: drawn, color: colors.output, dash: [8, 5] });
      drawCurves(find("canvas"), curves, range, colors);
      find(".fitting").checked = view.fit;
      find(".take").disabled = !fitted;
      find(".legend .fit").classList.toggle("off", !fitted);
      const text = fitted
        ? `Closest true sine: phase ${fitted.phase.toFixed(2)}, frequency ${fitted.frequency.toFixed(3)}, amplitude ${fitted.amplitude.toFixed(2)}. The drawing is off by an MSE of ${number(fitted.mse)}.`
        : finite
          ? ""
          : "The decoder's output is not a finite number for these values.";
      if (find(".fitted").textContent !== text) find(".fitted").textContent = text;
    },
  };
}
