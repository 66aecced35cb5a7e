// The controls of the input: a slider for each parameter of its family, the noise, the switch for values beyond
// the training range, and the button that pins the input.

import { button, finder, listen, say } from "../dom.js";
import { LARGEST_NOISE } from "../protocol.js";
import { highOf, spoken } from "./family.js";
import { playButton, player, reducedMotion } from "./player.js";
import { slider } from "./slider.js";

export function controlsView(root, state, act, page) {
  const find = finder(root);
  let family = null; // the family that the sliders are for
  let rows = []; // {parameter, control, showPlays}

  const set = ({ key }, value, how) => {
    state.moving = key;
    how({ values: { ...state.view.values, [key]: value } });
  };
  const { toggle, stop } = player({
    get: ({ key }) => state.view.values[key],
    limit: (parameter) => highOf(parameter, state.view.beyond),
    speed: () => Number(find("#speed").value),
    onValue: (parameter, value) => set(parameter, value, act.now),
    onState(playing) {
      state.playing = playing?.key ?? null;
      act.now({});
    },
  });
  const build = () => {
    find(".parameters").replaceChildren();
    rows = family.parameters.map((parameter) => {
      const { key, high } = parameter;
      const options = { ...parameter, high: highOf(parameter, state.view.beyond), trained: high, start: state.view.values[key] };
      const control = slider(find(".parameters"), { ...options, spoken: (value) => spoken(family, parameter, value) }, (value) => {
        if (value !== state.view.values[key]) set(parameter, value, act.change);
        stop();
      });
      return { parameter, control, showPlays: playButton(control.head, parameter.name, () => toggle(parameter)) };
    });
  };

  const noise = slider(
    find(".noise"),
    { name: "Noise", low: 0, high: LARGEST_NOISE, step: 0.05, start: 0, spoken: (value) => `standard deviation ${value.toFixed(2)}` },
    (value) => act.change({ noise: value }),
  );
  const redraw = () => act.change({ noise_seed: (state.view.noise_seed % 999) + 1 });
  button(noise.head, "New noise", { title: "Draw other random numbers" }, redraw);
  find("#beyond").addEventListener("change", ({ target }) => {
    const { values } = state.view;
    // Back in the training range, values that lay beyond come to its end.
    const inside = () => Object.fromEntries(family.parameters.map(({ key, high }) => [key, Math.min(values[key], high)]));
    act.now({ beyond: target.checked, values: target.checked ? values : inside() });
  });
  find("#pin").addEventListener("click", () => {
    const { values, noise, noise_seed, pinned } = state.view;
    act.now({ pinned: pinned ? null : { values, noise, noise_seed } });
  });
  const onMotion = () => {
    stop();
    act.now({});
  };
  page.onClose(listen(reducedMotion(), "change", onMotion));
  page.onClose(stop);

  return {
    stop,
    draw({ family: newest, view, playing }) {
      const rebuild = newest.name !== family?.name;
      family = newest;
      if (rebuild) build();
      for (const { parameter, control, showPlays } of rows) {
        const { key, low, high } = parameter;
        control.limits(low, highOf(parameter, view.beyond), high);
        control.set(view.values[key]);
        control.row.classList.toggle("outside", view.values[key] < low || view.values[key] > high);
        showPlays(playing === key);
      }
      noise.set(view.noise);
      find("#beyond").checked = view.beyond;
      find("#beyond").closest(".switch").hidden = family.parameters.every(({ high, widest }) => widest <= high);
      say(find("#pin"), view.pinned ? "Unpin the input" : "Pin this input");
      find("#pin").setAttribute("aria-pressed", String(view.pinned !== null));
      find(".speed").hidden = reducedMotion().matches;
    },
  };
}
