// The probe: a sine of the visitor's choice through the networks that the page sends. Everything
// that moves with the hand happens here; the server hears of it when the hand rests.

import { describesView, MOST_NOISE, readView, writeView } from "./address.js";
import { shade } from "./bars.js";
import { watchConnection } from "./connection.js";
import { drawCurves } from "./curves.js";
import { decoderPart } from "./decoder.js";
import { forward } from "./forward.js";
import { latentsPart } from "./latents.js";
import { drawNetwork } from "./network.js";
import { latentsOf, preparer } from "./networks.js";
import { follower } from "./news.js";
import { number } from "./number.js";
import { playButton, player, reducedMotion } from "./player.js";
import { meanSquaredError, normals, sine } from "./sine.js";
import { element, options, slider } from "./sliders.js";
import { template } from "./template.js";
import { explain, signed, SPOKEN } from "./words.js";

const REST_MILLISECONDS = 400; // without a move, and no button of the mouse held: the hand rests
const COLORS = { input: "#2f8fce", output: "#e08a00", other: "#009e73", pinned: "#8a96a3", orbit: "#cc79a7" };

function build(root, parameters, points, start) {
  root.innerHTML = template;
  const find = (selector) => root.querySelector(selector);
  const { pathname } = location;
  let view = start;
  let networks = [];
  let run = null; // the one that trains
  let network = null; // the one that is shown
  let compared = null;
  let colors = {};
  let picture = null;
  let frame = 0;
  let listeners = { onView() {}, redraw() {} };
  const prepare = preparer(parameters, points);

  // --- What happens when something changes: a redraw in the next frame, the news at rest. ---

  const redraw = () => (frame ||= requestAnimationFrame(draw));
  let rest = 0;
  let held = false;
  let player_ = null;
  const awaitRest = () => {
    clearTimeout(rest);
    rest = setTimeout(settle, REST_MILLISECONDS);
  };
  const changed = (part) => {
    Object.assign(view, part);
    redraw();
    awaitRest();
  };
  const settle = () => {
    if (held || root.classList.contains("playing")) return;
    // The link also names a network that was not chosen, for it is another one for others.
    const query = writeView(parameters, { ...view, network: view.network || (network?.id ?? "") }, location.search);
    // Where the page was just left, the address is another one's.
    if (location.pathname === pathname && query !== location.search.slice(1)) {
      history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    }
    announce();
    listeners.onView(writeView(parameters, view, ""));
  };
  root.addEventListener("pointerdown", () => (held = true));
  const onPointerUp = () => {
    if (held) awaitRest();
    held = false;
  };
  window.addEventListener("pointerup", onPointerUp);
  window.addEventListener("pointercancel", onPointerUp);

  // --- The controls. ---

  const highOf = ({ high, widest }) => (view.beyond ? widest : high);
  const sliders = {};
  const plays = {};
  for (const parameter of parameters) {
    const { key, name, low, high, step, unit, help } = parameter;
    sliders[key] = slider(
      find(".sliders .sines"),
      { name, low, high: highOf(parameter), trained: high, step, unit, help, start: view[key], spoken: SPOKEN[key] },
      (value) => {
        player_.stop();
        if (value !== view[key]) touch(parameter, value);
      },
    );
    plays[key] = playButton(sliders[key].head, name, () => player_.toggle(parameter));
  }
  const touch = (parameter, value) => {
    latents.follow(parameter);
    changed({ [parameter.key]: value });
  };
  const noise = slider(
    find(".sliders .noise"),
    { name: "Noise", low: 0, high: MOST_NOISE, step: 0.05, start: view.noise, spoken: (value) => `standard deviation ${value.toFixed(2)}` },
    (value) => changed({ noise: value }),
  );
  const again = element(noise.head, "button", { type: "button", class: "again", title: "Draw other random numbers" }, "New noise");
  again.addEventListener("click", () => changed({ noise_seed: (view.noise_seed % 999) + 1 }));

  player_ = player({
    get: ({ key }) => view[key],
    limit: highOf,
    speed: () => Number(find("#speed").value),
    onValue: (parameter, value) => {
      touch(parameter, value);
      sliders[parameter.key].set(value);
    },
    onState: (playing) => {
      root.classList.toggle("playing", playing !== null);
      labelPlays(playing);
      if (!playing) changed({});
    },
  });
  const labelPlays = (playing = null) => {
    for (const parameter of parameters) plays[parameter.key](playing === parameter);
    find(".speed").hidden = reducedMotion().matches;
  };
  const onMotionChange = () => {
    player_.stop();
    labelPlays();
  };
  reducedMotion().addEventListener("change", onMotionChange);
  labelPlays();

  find("#beyond").addEventListener("change", (event) => {
    const part = { beyond: event.target.checked };
    // Back inside: what lies beyond the trained range comes to its end.
    if (!part.beyond) for (const { key, high } of parameters) part[key] = Math.min(view[key], high);
    changed(part);
    showControls();
  });
  find("#pin").addEventListener("click", () => {
    const { phase, frequency, amplitude, noise, noise_seed } = view;
    changed({ pinned: view.pinned ? null : { phase, frequency, amplitude, noise, noise_seed } });
    showControls();
  });
  for (const [id, key] of [["#network", "network"], ["#compare", "compare"]]) {
    find(id).addEventListener("change", (event) => {
      changed({ [key]: event.target.value });
      choose();
      settle();
    });
  }
  const showControls = () => {
    for (const parameter of parameters) {
      sliders[parameter.key].limits(parameter.low, highOf(parameter), parameter.high);
      sliders[parameter.key].set(view[parameter.key]);
    }
    noise.set(view.noise);
    find("#beyond").checked = view.beyond;
    find("#pin").textContent = view.pinned ? "Unpin the input" : "Pin this input";
    find("#pin").setAttribute("aria-pressed", String(view.pinned !== null));
  };

  const decoder = decoderPart(find(".decoder"), parameters, points, {
    onLatents: (values) => changed({ latents: values }),
    onFit: (fit) => changed({ fit }),
    onSine: (fitted) => {
      player_.stop();
      changed({ ...fitted, noise: 0, beyond: view.beyond || parameters.some(({ key, high }) => fitted[key] > high) });
      showControls();
    },
    current: () => latentsOf(network, input(view)),
  });

  // --- The networks. ---

  const news = follower({
    onNews({ now, shown }) {
      const trained = networks.find(({ id }) => id === run.id);
      if (!trained) return;
      trained.status = now.network;
      trained.warning = now.warning ?? "";
      if (shown?.weights) Object.assign(trained, { weights: shown.weights, trained: true });
      choose();
    },
    redraw: () => listeners.redraw(),
  });
  const choose = () => {
    const shown = networks.find(({ id }) => id === view.network) ?? networks[0] ?? null;
    const other = networks.find(({ id }) => id === view.compare && id !== shown?.id) ?? null;
    const before = network?.weights;
    network = prepare(shown);
    if (network?.weights !== before) latents.forget();
    compared = prepare(other);
    news.follow(run, run && [shown, other].some((one) => one?.id === run.id) ? "weights" : "nothing");
    options(find("#network"), networks.length ? networks.map(({ id, name }) => [id, name]) : [["", "None yet"]], shown?.id ?? "");
    const others = networks.filter(({ id }) => id !== shown?.id);
    options(find("#compare"), [["", others.length ? "Nothing" : "No other network yet"], ...others.map(({ id, name }) => [id, name])], other?.id ?? "");
    find("#compare").disabled = !others.length;
    const unknown = view.network && shown && shown.id !== view.network;
    find(".status").textContent = unknown ? `The network of this link is not among yours; this is another. ${shown.status}` : (shown?.status ?? "");
    say(".warning", [shown?.warning, other?.warning && `The network to compare with: ${other.warning}`].filter(Boolean).join(" "));
    layOut();
    decoder.use(network, view);
    redraw();
  };

  // --- Layout: the picture of the network is drawn anew when its sizes or the page's width change. ---

  const layOut = () => {
    const style = getComputedStyle(root);
    const variable = (name) => style.getPropertyValue(name).trim();
    colors = { ...COLORS, text: variable("--st-text-color"), faint: variable("--faint"), grid: variable("--grid"), font: variable("--st-font") || "sans-serif" };
    const place = find(".picture");
    const width = place.clientWidth;
    const needed = JSON.stringify([network?.sizes ?? null, width]);
    if (place.drawn === needed || !width) return;
    place.drawn = needed;
    place.replaceChildren();
    picture = null;
    if (!network) return;
    const { sizes } = network;
    picture = drawNetwork(
      place,
      { sizes, bottleneck: network.bottleneck === null ? null : network.bottleneck + 1, label: `The network: ${sizes.join(" to ")} nodes.` },
      width,
    );
  };
  const observer = new ResizeObserver(() => {
    layOut();
    redraw();
  });
  observer.observe(root);

  // --- One frame. ---

  const pattern = { seed: null, values: null };
  const input = (at) => {
    const clean = sine(points, at);
    if (!at.noise) return clean;
    if (pattern.seed !== at.noise_seed) Object.assign(pattern, { seed: at.noise_seed, values: normals(at.noise_seed, points.length) });
    return clean.map((value, i) => value + at.noise * pattern.values[i]);
  };
  const latents = latentsPart(find(".latents"), parameters[0], { input, highOf });

  const legend = (name, text) => {
    const entry = find(`.legend .${name}`);
    entry.classList.toggle("off", text === null);
    const mse = entry.querySelector("b");
    if (mse && text !== null && mse.textContent !== text) mse.textContent = text;
  };
  const say = (selector, text) => {
    const place = find(selector);
    if (place.textContent !== text) place.textContent = text;
  };

  function draw() {
    frame = 0;
    const amplitude = parameters.find(({ key }) => key === "amplitude");
    const limit = view.beyond ? amplitude.widest : amplitude.high;
    const signal = input(view);
    const ready = network?.layers;
    const stages = ready ? forward(network.layers, signal) : [signal];
    const output = ready ? stages.at(-1) : null;
    const code = ready && network.encoder.length ? stages[network.encoder.length] : null;
    const finite = output?.every(Number.isFinite);
    const mse = output ? meanSquaredError(output, signal) : NaN;

    const curves = [];
    if (view.pinned) {
      const pinned = input(view.pinned);
      curves.push({ values: pinned, color: COLORS.pinned, width: 1.5 });
      if (ready) curves.push({ values: forward(network.layers, pinned).at(-1), color: COLORS.pinned, width: 1.5, dash: [6, 4] });
    }
    if (view.noise) curves.push({ values: sine(points, view), color: COLORS.input, width: 1 });
    curves.push({ values: signal, color: COLORS.input, dots: view.noise > 0 });
    if (compared?.layers) {
      const other = forward(compared.layers, signal).at(-1);
      curves.push({ values: other, color: COLORS.other, dash: [2, 3] });
      legend("other", number(meanSquaredError(other, signal)));
    } else legend("other", null);
    if (output) curves.push({ values: output, color: COLORS.output, dash: [8, 5] });
    drawCurves(find(".plot canvas"), curves, limit, colors);
    legend("output", output ? "" : null);
    legend("pinned", view.pinned ? "" : null);
    say(".mse", output ? number(mse) : "–");
    say(".explained", explain(network, signal, output, view, sine(points, view), parameters));

    for (const { key, low, high } of parameters) sliders[key].row.classList.toggle("outside", view[key] < low || view[key] > high);
    latents.draw(code, network, view, colors);
    if (picture) {
      picture.setSignals(signal, finite ? output : null, limit * 1.05);
      picture.nodes.forEach((column, s) => {
        for (const node of column) {
          const color = stages[s] ? shade(stages[s][node.index] / (network.large?.[s] ?? 10)) : "";
          if (node.color !== color) node.circle.style.fill = node.color = color;
        }
      });
    }
    decoder.draw(network, view, limit, colors);
  }

  function announce() {
    const mse = find(".mse").textContent;
    const code = latentsOf(network, input(view));
    const spoken = `Input: ${parameters.map(({ key, name }) => `${name.toLowerCase()} ${SPOKEN[key](view[key])}`).join("; ")}.`;
    const found = network?.layers ? ` Mean squared error ${mse}.${code ? ` Latent values ${Array.from(code).slice(0, 8).map(signed).join(", ")}.` : ""}` : "";
    find(".plot canvas").setAttribute("aria-label", `The input sine${found ? " and its reconstruction" : ""}. ${spoken}${found}`);
    find(".announcement").textContent = `${found} ${find(".explained").textContent}`.trim();
  }

  const unwatch = watchConnection((connected) => {
    find(".connection").textContent = connected ? "" : "Not connected to the server. The probe goes on with the weights it has.";
  });

  // Another entry of the history for this very page, which is not drawn anew for it.
  const onPop = () => {
    if (location.pathname !== pathname || !describesView(parameters, location.search)) return;
    player_.stop();
    Object.assign(view, readView(parameters, location.search));
    showControls();
    choose();
    awaitRest();
  };
  window.addEventListener("popstate", onPop);

  showControls();
  return {
    settleSoon: awaitRest, // so that address and server know what is shown
    update(data, onView, redraw) {
      listeners = { onView, redraw };
      networks = data.networks;
      run = data.run;
      choose();
    },
    close() {
      player_.stop();
      clearTimeout(rest);
      cancelAnimationFrame(frame);
      observer.disconnect();
      unwatch();
      news.follow(null);
      window.removeEventListener("popstate", onPop);
      window.removeEventListener("pointerup", onPointerUp);
      window.removeEventListener("pointercancel", onPointerUp);
      reducedMotion().removeEventListener("change", onMotionChange);
    },
  };
}

// The component: data as components.py sends it; tells the state `view` when the hand rests.
export default function probe({ data, parentElement, setStateValue, setTriggerValue }) {
  let root = parentElement.querySelector(".probe");
  if (!root) {
    const styles = document.createElement("link"); // of the network's picture
    Object.assign(styles, { rel: "stylesheet", href: new URL("network.css", import.meta.url).href });
    root = document.createElement("div");
    root.className = "probe";
    parentElement.append(styles, root);
    const addressed = describesView(data.parameters, location.search);
    const query = addressed ? location.search : data.view;
    root.probe = build(root, data.parameters, data.points, readView(data.parameters, query));
    root.told = data.view;
    if (addressed || data.view) root.probe.settleSoon();
  }
  const tell = (view) => {
    if (view === root.told) return;
    root.told = view;
    setStateValue("view", view);
  };
  root.probe.update(data, tell, () => setTriggerValue("news", true));
  // Streamlit also cleans up after a call that newer data overtook, with the element still in use.
  return () => setTimeout(() => root.isConnected || root.probe.close());
}
