// What moves while a run trains: how far it is, its errors, and its charts. All of it comes past
// Streamlit, as news of the run.

import { drawChart, purgeCharts } from "./chart.js";
import { watchConnection } from "./connection.js";
import { knowRun } from "./kept.js";
import { follower } from "./news.js";
import { tellOutput } from "./output.js";
import { onSteering } from "./steering.js";

const template = `
<p class="name"></p>
<p class="words"></p>
<div class="track" role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100"><div class="done"></div></div>
<p class="errors">MSE <b class="held-out"></b> on held-out signals, the worst of them <span class="worst"></span>; <span class="batch"></span> on the last batch
  <button type="button" class="why" aria-label="What are these errors?" popovertarget="sinae-errors">?</button></p>
<p class="explained" id="sinae-errors" popover></p>
<div class="notes"></div>
<div class="loss"></div>
<div class="examples"></div>
<p class="announcement" role="status"></p>
`;

function build(root, data) {
  root.innerHTML = template;
  const find = (selector) => root.querySelector(selector);
  const say = (selector, text) => {
    const place = find(selector);
    if (place.textContent !== text) place.textContent = text;
  };
  const tell = (notes) => {
    const place = find(".notes");
    if ([...place.children].map((note) => note.textContent).join() === notes.join()) return;
    place.replaceChildren(...notes.map((note) => Object.assign(document.createElement("p"), { className: "note", textContent: note })));
  };
  let plotly = data.plotly;
  let shown = { key: null, version: -1 };
  let run = null; // as the page was drawn
  let steered = null; // for which status the buttons are drawn
  let last = null; // what was told
  let status = null; // that was announced
  let pictured = null; // the charts that are drawn
  say(".explained", data.explained);
  const news = follower({ onNews: (answer) => show(answer), redraw: () => steered?.redraw() });
  const follow = () => news.follow(run && { ...run, status: steered?.key === run.key ? steered.status : run.status }, "learning");
  const deafen = onSteering((drawn) => {
    steered = drawn;
    follow();
  });

  // How fast a run is and how long it takes is not known without its server.
  let reached = true;
  const sayWords = () => say(".words", reached || !last.moving ? last.words : `${last.network} · the server cannot be reached`);
  const unwatch = watchConnection((now) => {
    reached = now;
    if (last) sayWords();
  });

  function show({ now, shown: charts }) {
    shown.version = now.version;
    last = now;
    sayWords();
    say(".name", now.name);
    say(".held-out", now.held_out);
    say(".worst", now.worst);
    say(".batch", now.batch);
    tell(now.notes);
    // Each new status once, not each step; nor what was there when the page was opened.
    if (status !== null && now.status !== status) say(".announcement", now.announcement);
    status = now.status;
    const percent = 100 * now.progress;
    find(".done").style.width = `${percent}%`;
    find(".track").setAttribute("aria-valuenow", Math.round(percent));
    if (charts) draw(charts);
  }

  function draw(charts) {
    pictured = charts;
    tellOutput(charts.output);
    const drawn = ["loss", "examples"].map((name) => drawChart(find(`.${name}`), charts[name], plotly));
    Promise.all(drawn).catch((error) => tell([...last.notes, error.message]));
  }

  return {
    update(data) {
      plotly = data.plotly;
      run = data.run;
      const answer = JSON.parse(data.answer);
      // The page may be drawn for a value that is older than the last news.
      if (data.key !== shown.key || answer.now.version >= shown.version) {
        if (data.key !== shown.key) {
          pictured = null;
          if (answer.now.status === "ready") status = "ready";
        }
        shown = { key: data.key, version: answer.now.version };
        show(answer);
        knowRun(data.key, answer.now.lost);
      }
      // Streamlit also calls for another theme, in whose colours they are drawn anew.
      if (pictured && !answer.shown) draw(pictured);
      follow();
    },
    close() {
      if (root.isConnected) return;
      news.follow(null);
      deafen();
      unwatch();
    },
  };
}

export default function live({ data, parentElement }) {
  let root = parentElement.querySelector(".sinae-live");
  if (!root) {
    root = document.createElement("div");
    root.className = "sinae-live";
    parentElement.append(root);
    root.live = build(root, data);
  }
  root.live.update(data);
  // Also called for a value that a newer one overtook, while the element lives on.
  return () => {
    purgeCharts(root);
    setTimeout(root.live.close);
  };
}
