// On every page: tells the server now and then that the visitor is there, so that their run goes
// on; says when the server is away; and, when it was restarted, what became of the run.

import { button, element, say } from "./dom.js";
import { component } from "./mount.js";
import { PRESENCE_MILLISECONDS } from "./protocol.js";
import { ask, drawnBy, isOwn, reachServer, watchConnection } from "./server/connection.js";
import { dismiss, drawnWith, knowRun, knowServer, meetServer, notice } from "./server/kept.js";

export default component("sinae-presence", (root) => {
  const away = element(root, "p", { class: "away", role: "status" });
  const restarted = element(root, "div", { class: "restarted" });
  const told = element(restarted, "p", { role: "status" });
  let said = ""; // the notice that is shown
  button(restarted, "×", { "aria-label": "Close this notice" }, () => {
    dismiss();
    show();
  });

  const show = () => {
    const { text = "", settings } = notice() ?? {};
    restarted.hidden = !text;
    // Streamlit leaves a gap for whatever is there.
    root.classList.toggle("sinae-unseen", !text && !away.textContent);
    if (said === text) return; // else it would be read out again
    told.textContent = said = text;
    if (!settings) return;
    const link = Object.assign(document.createElement("a"), { href: settings, textContent: "its settings" });
    told.append(" Train with ", link, " gives the very same again.");
  };
  const unwatch = watchConnection((reached) => {
    say(away, reached ? "" : "The server cannot be reached just now. This page goes on by itself when it is back.");
    show();
  });

  let telling = 0;
  return {
    update(data) {
      meetServer(data.instance);
      drawnWith(data.key);
      knowServer(data);
      show();
      drawnBy(data, (instance) => {
        meetServer(instance);
        show();
      });
      const tell = async () => {
        const answer = await ask();
        if (!isOwn(answer)) reachServer();
        else if (answer.lost) knowRun(data.key, answer.lost);
      };
      clearInterval(telling);
      if (!data.key) return;
      tell();
      telling = setInterval(tell, PRESENCE_MILLISECONDS);
    },
    close() {
      clearInterval(telling);
      unwatch();
    },
  };
});
