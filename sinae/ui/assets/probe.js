// The probe: sends a signal of the visitor's choice through the networks of the page. Everything that moves
// with the hand happens here; the server hears of it when the hand rests.
//
// All that is known stands in one state. Each part of the page is a view: a function of the state and its scene
// that shows them; the controls in the view call `act` to change the state.

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
import { COLORS, SHOW } from "./protocol.js";
import { connection } from "./server/connection.js";
import { follower } from "./server/follower.js";

export default component("probe", (root, page) => {
  root.innerHTML = template;
  const find = finder(root);
  const state = newState();

  let frame = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const scene = sceneOf(state);
    for (const show of views) show(state, scene);
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
    // A change that no hand drags is drawn at once.
    now(part) {
      change(part);
      draw();
    },
    // Values that come from elsewhere stop a parameter that moves by itself.
    take(part) {
      controls.stop();
      act.now(part);
    },
    // The visitor has chosen other networks.
    choose(part) {
      change(part);
      use();
      address.settle();
    },
  };
  const controls = controlsView(root, state, act, page);
  const plot = plotView(root);
  const latents = latentsView(find(".latents"));
  const views = [choiceView(root, act), controls.draw, plot.draw, latents, flowView(root), decoderView(root, state, act)];

  let told = ""; // the view that the server knows
  const onRest = (query) => {
    plot.announce(state, sceneOf(state));
    if (query !== told) page.state("view", (told = query));
  };
  const onVisit = () => {
    state.read(location.search);
    controls.stop();
    use();
    address.moved();
  };
  const address = link(root, state, page, { onRest, onVisit });

  // Takes over other networks, or other ones that the view names.
  function use() {
    state.choose();
    follow(state.run, state.followsRun() ? SHOW.WEIGHTS : SHOW.NOTHING);
    measure();
  }
  const follow = follower({ onNews: (answer) => state.learn(answer) && use(), redraw: () => page.trigger("news", true) });

  // Takes over the page's theme and width.
  function measure() {
    const style = getComputedStyle(root);
    const variable = (name) => style.getPropertyValue(name).trim();
    state.colors = { ...COLORS, faint: variable("--faint"), grid: variable("--grid"), font: variable("--st-font") || "sans-serif" };
    state.width = find(".picture").clientWidth;
    redraw();
  }
  const observer = new ResizeObserver(() => state.view && measure());
  observer.observe(root);
  const onReached = (reached) =>
    say(find(".connection"), reached ? "" : "Not connected to the server. The probe goes on with the weights it has.");

  page.onClose(() => cancelAnimationFrame(frame));
  page.onClose(() => observer.disconnect());
  page.onClose(() => follow(null));
  page.onClose(connection.hear(onReached));
  return ({ families, networks, run, view }) => {
    Object.assign(state, { families, networks, run });
    if (!state.view) {
      const addressed = describesView(Object.values(families), location.search);
      state.read(addressed ? location.search : view);
      told = view;
      if (addressed || view) address.moved(); // so that address and server know what is shown
    }
    use();
  };
});
