// What moves while a run trains: how far it is, its errors, and its charts. All of it comes past
// Streamlit, as news of the run.

import { chartIn } from "./charts/figure.js";
import { finder, say } from "./dom.js";
import { component } from "./mount.js";
import { output } from "./server/channel.js";
import { watchConnection } from "./server/connection.js";
import { follower } from "./server/follower.js";
import { knowRun } from "./server/kept.js";
import { steered } from "./steering.js";

const template = `
<p class="name"></p>
<p class="words"></p>
<div class="track" role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100"><div class="done"></div></div>
<p class="errors">MSE <b class="held-out"></b> on held-out signals, the worst of them <span class="worst"></span>; <span class="batch"></span> on the last batch
  <button type="button" class="why" aria-label="What are these errors?" popovertarget="sinae-errors">?</button></p>
<p class="about" id="sinae-errors" popover></p>
<div class="notes"></div>
<div class="loss"></div>
<div class="examples"></div>
<p class="announcement" role="status"></p>
`;

export default component("sinae-live", (root) => {
  root.innerHTML = template;
  const find = finder(root);
  const charts = { loss: chartIn(find(".loss")), examples: chartIn(find(".examples")) };
  let shown = { key: null, version: -1 };
  let run = null; // as the page was drawn
  let buttons = null; // for which status they are drawn
  let last = null; // what was told
  let status = null; // that was announced
  let pictured = null; // the charts that are drawn
  const news = follower({ onNews: (answer) => show(answer), redraw: () => buttons?.redraw() });
  const follow = () => news.follow(run && { ...run, status: buttons?.key === run.key ? buttons.status : run.status }, "learning");
  const deafen = steered.hear((drawn) => {
    buttons = drawn;
    follow();
  });

  // How fast a run is and how long it takes is not known without its server.
  let reached = true;
  const sayWords = () => say(find(".words"), reached || !last.moving ? last.words : `${last.network} · the server cannot be reached`);
  const unwatch = watchConnection((now) => {
    reached = now;
    if (last) sayWords();
  });

  function show({ now, shown: drawn }) {
    shown.version = now.version;
    last = now;
    sayWords();
    say(find(".name"), now.name);
    say(find(".held-out"), now.held_out);
    say(find(".worst"), now.worst);
    say(find(".batch"), now.batch);
    tellNotes(find(".notes"), now.notes);
    // Each new status once, not each step; nor what was there when the page was opened.
    if (status !== null && now.status !== status) say(find(".announcement"), now.announcement);
    status = now.status;
    const percent = 100 * now.progress;
    find(".done").style.width = `${percent}%`;
    find(".track").setAttribute("aria-valuenow", Math.round(percent));
    if (drawn) draw(drawn);
  }

  function draw(drawn) {
    pictured = drawn;
    output.tell(drawn.output);
    for (const [name, chart] of Object.entries(charts)) chart.draw(drawn[name]);
  }

  return {
    update(data) {
      say(find(".about"), data.explained);
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
      news.follow(null);
      deafen();
      unwatch();
      for (const chart of Object.values(charts)) chart.close();
    },
  };
});

function tellNotes(place, notes) {
  if ([...place.children].map((note) => note.textContent).join() === notes.join()) return;
  place.replaceChildren(...notes.map((note) => Object.assign(document.createElement("p"), { className: "note", textContent: note })));
}
