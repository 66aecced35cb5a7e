// The probe: a signal of the visitor's choice through the networks that the page sends. Everything
// that moves with the hand happens here; the server hears of it when the hand rests.
//
// All that is known stands in one state, which `draw` shows: each part of the page is a view, whose
// own `draw` makes it say what the state says, and whose hands call `act` to change it.

import { finder, say } from "./dom.js";
import { component } from "./mount.js";
import { describesView, networkIn, readView } from "./probe/address.js";
import { choiceView, chosen } from "./probe/choice.js";
import { controlsView } from "./probe/controls.js";
import { decoderView } from "./probe/decoder.js";
import { adopted } from "./probe/family.js";
import { flowView } from "./probe/flow.js";
import { latentsView } from "./probe/latents.js";
import { link } from "./probe/link.js";
import { preparer } from "./probe/networks.js";
import { plotView } from "./probe/plot.js";
import { sceneOf } from "./probe/scene.js";
import { template } from "./probe/template.js";
import { COLORS } from "./protocol.js";
import { watchConnection } from "./server/connection.js";
import { follower } from "./server/follower.js";

export default component("probe", (root, send) => {
  root.innerHTML = template;
  const find = finder(root);
  const prepare = preparer();
  const state = {
    families: {},
    networks: [],
    run: null, // the one that trains
    family: null, // of the network that is shown
    network: null, // that is shown, made ready
    compared: null, // the other one
    view: null, // what the visitor has set
    moving: null, // the key of the parameter that moved last
    playing: null, // the key of the one that moves by itself
    colors: {},
    width: 0, // of the network's picture
  };

  let frame = 0;
  const redraw = () => (frame ||= requestAnimationFrame(() => draw(state)));
  function draw(state) {
    cancelAnimationFrame(frame);
    frame = 0;
    const scene = sceneOf(state);
    for (const view of views) view.draw(state, scene);
  }

  const change = (part) => {
    Object.assign(state.view, part);
    address.moved();
  };
  const act = {
    change(part) {
      change(part);
      redraw();
    },
    // What the hand does not drag is drawn at once.
    now(part) {
      change(part);
      draw(state);
    },
    // Values from elsewhere: nothing goes on moving them.
    take(part) {
      controls.stop();
      act.now(part);
    },
    // Another network.
    choose(part) {
      change(part);
      use();
      address.settle();
    },
  };
  const [controls, plot] = [controlsView(root, state, act), plotView(root)];
  const views = [choiceView(root, state, act), controls, plot, latentsView(find(".latents")), flowView(root), decoderView(root, state, act)];

  let told = ""; // the view that the server knows
  const address = link(root, state, {
    onRest(query) {
      plot.announce(state, sceneOf(state));
      if (query !== told) send.state("view", (told = query));
    },
    onVisit() {
      read(location.search);
      controls.stop();
      use();
      address.moved();
    },
  });

  const familyOf = (network) => state.families[network?.family] ?? Object.values(state.families)[0];
  const read = (query) => {
    const family = familyOf(chosen(state.networks, { network: networkIn(query) }).shown);
    state.family = family;
    state.view = readView(family, query);
  };
  // Makes the networks that the view names ready; their family may be another one.
  function use() {
    const { view, networks, run } = state;
    const { shown, other } = chosen(networks, view);
    const before = state.family.name;
    state.family = familyOf(shown);
    if (state.family.name !== before) {
      const adopt = (values) => adopted(state.family, values, view.beyond);
      view.values = adopt(view.values);
      if (view.pinned) view.pinned = { ...view.pinned, values: adopt(view.pinned.values) };
    }
    state.network = prepare(shown, familyOf(shown));
    state.compared = prepare(other, familyOf(other));
    news.follow(run, run && [shown, other].some((one) => one?.id === run.id) ? "weights" : "nothing");
    measure();
  }
  const news = follower({
    onNews({ now, shown }) {
      const trained = state.networks.find(({ id }) => id === state.run.id);
      if (!trained) return;
      Object.assign(trained, { status: now.network, warning: now.warning ?? "" });
      if (shown?.weights) Object.assign(trained, { weights: shown.weights, trained: true });
      use();
    },
    redraw: () => send.trigger("news", true),
  });

  // What the page's theme and width are.
  function measure() {
    const style = getComputedStyle(root);
    const variable = (name) => style.getPropertyValue(name).trim();
    state.colors = { ...COLORS, faint: variable("--faint"), grid: variable("--grid"), font: variable("--st-font") || "sans-serif" };
    state.width = find(".picture").clientWidth;
    redraw();
  }
  const observer = new ResizeObserver(() => state.view && measure());
  observer.observe(root);
  const unwatch = watchConnection((connected) => {
    say(find(".connection"), connected ? "" : "Not connected to the server. The probe goes on with the weights it has.");
  });

  return {
    update({ families, networks, run, view }) {
      Object.assign(state, { families, networks, run });
      if (!state.view) {
        const addressed = describesView(Object.values(families), location.search);
        read(addressed ? location.search : view);
        told = view;
        if (addressed || view) address.moved(); // so that address and server know what is shown
      }
      use();
    },
    close() {
      controls.close();
      address.close();
      cancelAnimationFrame(frame);
      observer.disconnect();
      unwatch();
      news.follow(null);
    },
  };
});
