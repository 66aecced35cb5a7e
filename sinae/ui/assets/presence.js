// On every page: tells the server now and then that the visitor is there, so that their run goes
// on; says when the server is away; and, when it was restarted, what became of the run.

import { ask, drawnBy, isOwn, reachServer, watchConnection } from "./connection.js";
import { dismiss, drawnWith, knowRun, knowServer, meetServer, notice } from "./kept.js";

const MILLISECONDS = 20_000;

const template = `
<p class="away" role="status"></p>
<div class="restarted"><p role="status"></p><button type="button" aria-label="Close this notice">×</button></div>
`;

function build(root) {
  root.innerHTML = template;
  const [away, restarted] = root.children;
  const [told, close] = restarted.children;

  const show = () => {
    const { text = "", settings } = notice() ?? {};
    restarted.hidden = !text;
    // Streamlit leaves a gap for whatever is there.
    root.classList.toggle("sinae-unseen", !text && !away.textContent);
    if (restarted.text === text) return; // else it would be read out again
    told.textContent = restarted.text = text;
    if (!settings) return;
    const link = Object.assign(document.createElement("a"), { href: settings, textContent: "its settings" });
    told.append(" Train with ", link, " gives the very same again.");
  };
  close.addEventListener("click", () => {
    dismiss();
    show();
  });
  const unwatch = watchConnection((reached) => {
    away.textContent = reached ? "" : "The server cannot be reached just now. This page goes on by itself when it is back.";
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
      telling = setInterval(tell, MILLISECONDS);
    },
    close() {
      if (root.isConnected) return;
      clearInterval(telling);
      unwatch();
    },
  };
}

export default function presence({ data, parentElement }) {
  let root = parentElement.querySelector(".sinae-presence");
  if (!root) {
    root = document.createElement("div");
    root.className = "sinae-presence";
    parentElement.append(root);
    root.presence = build(root);
  }
  root.presence.update(data);
  // Also called for a value that a newer one overtook.
  return () => setTimeout(root.presence.close);
}
