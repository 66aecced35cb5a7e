// The probe: a signal of the visitor's choice through the networks that the page sends. Everything
// that moves with the hand happens here; the server hears of it when the hand rests.
//
// All that is known stands in one state, which `draw` shows: each part of the page is a view, whose own
// `draw(state, scene)` makes it say what the state says, and whose controls call `act` to change it.

import { finder, say } from "./dom.js";
import { component } from "./mount.js";
import { describesView } from "./probe/address.js";
import { choiceView } from "./probe/choice.js";
import { controlsView } from "./probe/controls.js";
import { decoderView } from "./probe/decoder.js";
import { flowView } from "./probe/flow.js";
import { latentsView } from "./probe/latents.js";
import { link } from "./probe/link.js";
import { plotView } from "./probe/plot.js";
import { sceneOf } from "./probe/scene.js";
import { newState } from "./probe/state.js";
import { template } from "./probe/template.js";
import { COLORS } from "./protocol.js";
import { watchConnection } from "./server/connection.js";
import { follower } from "./server/follower.js";

export default component("probe", (root, send) => {
  root.innerHTML = template;
  const find = finder(root);
  const state = newState();

  let frame = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const scene = sceneOf(state);
    for (const view of views) view.draw(state, scene);
  };
  const redraw = () => (frame ||= requestAnimationFrame(draw));

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
      draw();
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
  const views = [
    choiceView(root, state, act),
    controls,
    plot,
    latentsView(find(".latents")),
    flowView(root),
    decoderView(root, state, act),
  ];

  let told = ""; // the view that the server knows
  const address = link(root, state, {
    onRest(query) {
      plot.announce(state, sceneOf(state));
      if (query !== told) send.state("view", (told = query));
    },
    onVisit() {
      state.read(location.search);
      controls.stop();
      use();
      address.moved();
    },
  });

  // After a change of the networks, or of which ones the view names.
  function use() {
    state.choose();
    news.follow(state.run, state.followsRun() ? "weights" : "nothing");
    measure();
  }
  const news = follower({
    onNews(answer) {
      if (state.learn(answer)) use();
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
        state.read(addressed ? location.search : view);
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
