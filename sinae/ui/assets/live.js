// The live part of a training page: progress, errors and charts, which move with the run's news and without
// Streamlit.

import { chartIn } from "./charts/figure.js";
import { element, finder, say } from "./dom.js";
import { component } from "./mount.js";
import { READY, SHOW } from "./protocol.js";
import { output } from "./server/channel.js";
import { connection } from "./server/connection.js";
import { follower } from "./server/follower.js";
import { knowRun } from "./server/storage.js";
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

export default component("sinae-live", (root, page) => {
  root.innerHTML = template;
  const find = finder(root);
  const charts = { loss: chartIn(find(".loss")), examples: chartIn(find(".examples")) };
  let shown = { key: null, version: -1 };
  let run = null; // as it was when the page was drawn
  let buttons = null; // the status for which they are drawn, and how to redraw them
  let last = null; // the newest news
  let status = null; // the one that was announced last
  let pictured = null; // the figures in the charts
  let reached = true; // whether the server is reached

  const followRun = follower({ onNews: (answer) => show(answer), redraw: () => buttons?.redraw() });
  const follow = () => followRun(run && { ...run, status: buttons?.key === run.key ? buttons.status : run.status }, SHOW.LEARNING);
  // The words say how fast the run is and how long it takes, which nobody knows without the server.
  const sayWords = () =>
    last && say(find(".words"), reached || !last.moving ? last.words : `${last.network} · the server cannot be reached`);

  function show({ now, shown: drawn }) {
    shown.version = now.version;
    last = now;
    sayWords();
    say(find(".name"), now.name);
    say(find(".held-out"), now.held_out);
    say(find(".worst"), now.worst);
    say(find(".batch"), now.batch);
    showNotes(find(".notes"), now.notes);
    // Each new status is announced once, but not the one that the page was opened with.
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

  const onButtons = (drawn) => {
    buttons = drawn;
    follow();
  };
  const onReached = (now) => {
    reached = now;
    sayWords();
  };
  page.onClose(() => followRun(null));
  page.onClose(steered.hear(onButtons));
  page.onClose(connection.hear(onReached));
  for (const chart of Object.values(charts)) page.onClose(chart.close);

  return (data) => {
    say(find(".about"), data.explained);
    run = data.run;
    const answer = JSON.parse(data.answer);
    // The value for which the page is drawn may be older than the last news.
    if (data.key !== shown.key || answer.now.version >= shown.version) {
      if (data.key !== shown.key) {
        pictured = null;
        if (answer.now.status === READY) status = READY;
      }
      shown = { key: data.key, version: answer.now.version };
      show(answer);
      knowRun(data.key, answer.now.lost);
    }
    // Streamlit also calls after a change of the theme, whose colours the charts then take.
    if (pictured && !answer.shown) draw(pictured);
    follow();
  };
});

function showNotes(place, notes) {
  if (Array.from(place.children, (note) => note.textContent).join() === notes.join()) return;
  place.replaceChildren();
  for (const note of notes) element(place, "p", { class: "note" }, note);
}
