// On every page: tells the server now and then that the visitor is still here, so that their run goes on;
// says when the server is away, and after a restart what became of the run.

import { button, element, say } from "./dom.js";
import { component } from "./mount.js";
import { PRESENCE_MILLISECONDS } from "./protocol.js";
import { ask, connection, drawnBy, isOwn, reachServer } from "./server/connection.js";
import { dismiss, knowRun, knowServer, meetServer, notice } from "./server/storage.js";

export default component("sinae-presence", (root, page) => {
  const away = element(root, "p", { class: "away", role: "status" });
  const restarted = element(root, "div", { class: "restarted" });
  const told = element(restarted, "p", { role: "status" });
  let said = ""; // the notice on the screen
  let telling = 0;

  const show = () => {
    const { text = "", settings } = notice() ?? {};
    restarted.hidden = !text;
    // Streamlit would leave a gap for an element without content.
    root.classList.toggle("sinae-unseen", !text && !away.textContent);
    if (said === text) return; // writing it again would have it read out again
    told.textContent = said = text;
    if (!settings) return;
    told.append(" Train with ");
    element(told, "a", { href: settings }, "its settings");
    told.append(" gives the very same again.");
  };
  button(restarted, "×", { "aria-label": "Close this notice" }, () => {
    dismiss();
    show();
  });
  const onReached = (reached) => {
    say(away, reached ? "" : "The server cannot be reached just now. This page goes on by itself when it is back.");
    show();
  };
  page.onClose(connection.hear(onReached));
  page.onClose(() => clearInterval(telling));

  return (data) => {
    const meet = (instance) => {
      meetServer(instance);
      show();
    };
    const tell = async () => {
      const answer = await ask();
      if (!isOwn(answer)) reachServer();
      else if (answer.lost) knowRun(data.key, answer.lost);
    };
    meetServer(data.instance);
    knowServer(data);
    show();
    drawnBy(data, meet);
    clearInterval(telling);
    if (!data.key) return;
    tell();
    telling = setInterval(tell, PRESENCE_MILLISECONDS);
  };
});
