// What moves while a run trains: how far it is, its errors, and its charts. All of it comes past
// Streamlit, as news of the run.

import { drawChart, purgeCharts } from "./chart.js";
import { watchConnection } from "./connection.js";
import { knowRun } from "./kept.js";
import { follower } from "./news.js";
import { tellOutput } from "./output.js";

const template = `
<p class="words"></p>
<div class="track" role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100"><div class="done"></div></div>
<p class="errors">MSE <b class="held-out"></b> on held-out signals, <span class="batch"></span> on the last batch
  <button type="button" class="why" aria-label="What are these errors?" popovertarget="sinae-errors">?</button></p>
<p class="explained" id="sinae-errors" popover></p>
<p class="note" hidden></p>
<div class="loss"></div>
<div class="examples"></div>
`;

function build(root, data) {
  root.innerHTML = template;
  const find = (selector) => root.querySelector(selector);
  const say = (selector, text) => {
    const place = find(selector);
    if (place.textContent !== text) place.textContent = text;
  };
  const tell = (note) => {
    say(".note", note);
    find(".note").hidden = !note;
  };
  let plotly = data.plotly;
  let shown = { key: null, version: -1 };
  let redraw = () => {};
  let last = null; // what was told
  let moving = false;
  say(".explained", data.explained);
  const news = follower({ onNews: (answer) => show(answer), redraw: () => redraw() });

  // How fast a run is and how long it takes is not known without its server.
  let reached = true;
  const sayWords = () => say(".words", reached || !moving ? last.words : `${last.network} · the server cannot be reached`);
  const unwatch = watchConnection((now) => {
    reached = now;
    if (last) sayWords();
  });

  function show({ now, shown: charts }) {
    shown.version = now.version;
    last = now;
    sayWords();
    say(".held-out", now.held_out);
    say(".batch", now.batch);
    tell(now.note);
    const percent = 100 * now.progress;
    find(".done").style.width = `${percent}%`;
    find(".track").setAttribute("aria-valuenow", Math.round(percent));
    if (!charts) return;
    tellOutput(charts.output);
    const drawn = ["loss", "examples"].map((name) => drawChart(find(`.${name}`), charts[name], plotly));
    Promise.all(drawn).catch((error) => tell(error.message));
  }

  return {
    update(data, ask) {
      redraw = ask;
      plotly = data.plotly;
      const answer = JSON.parse(data.answer);
      moving = data.run !== null;
      // The page may be drawn for a value that is older than the last news.
      if (data.key !== shown.key || answer.now.version >= shown.version) {
        shown = { key: data.key, version: answer.now.version };
        show(answer);
        knowRun(data.key, answer.now.lost);
      }
      news.follow(data.run, "learning");
    },
    close() {
      if (root.isConnected) return;
      news.follow(null);
      unwatch();
    },
  };
}

export default function live({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".sinae-live");
  if (!root) {
    root = document.createElement("div");
    root.className = "sinae-live";
    parentElement.append(root);
    root.live = build(root, data);
  }
  root.live.update(data, () => setTriggerValue("news", true));
  // Also called for a value that a newer one overtook, while the element lives on.
  return () => {
    purgeCharts(root);
    setTimeout(root.live.close);
  };
}
