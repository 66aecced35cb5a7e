// Whether the page reaches the server that drew it. Whoever has a question go wrong, or Streamlit
// when it loses its connection, has that looked into: the server is asked who it is, about once a
// second, until it answers. Another one knows nothing of this page, which is then loaded anew.

import { HERE_PATH, KEY_HEADER } from "../protocol.js";
import { mayReload } from "./kept.js";

const STATE = "data-test-connection-state"; // of Streamlit's connection, on the app's element
const BETWEEN = 1000; // milliseconds between questions, more or less: all of a class ask
const PATIENCE = 5000; // milliseconds in which an answer is to come
const SPREAD = 1000; // milliseconds over which a class loads its pages anew

let server = null; // {key, instance, cookie}: who drew the page
let reached = true;
let severed = false; // whether Streamlit's connection was lost since
let looking = false;
let onOther = () => {};
const watchers = new Set();
const waiting = new Set();

const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const heading = (key) => ({ headers: { [KEY_HEADER]: key }, cache: "no-store" });

export function becomesVisible() {
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", check);
      resolve();
    };
    document.addEventListener("visibilitychange", check);
    check();
  });
}

// Streamlit lays a dialog over a page whose server is gone, again at each try. What works without
// the server must stay in reach, and says by itself that it is not connected.
const dialogs = new MutationObserver(closeDialog);
function closeDialog() {
  for (const dialog of document.querySelectorAll("[data-testid=stDialog]")) {
    if (dialog.textContent.includes("Connection error")) dialog.querySelector("button[aria-label=Close]")?.click();
  }
}

// Streamlit's own connection.
const app = document.querySelector(`[${STATE}]`);
const connected = () => !app || app.getAttribute(STATE) === "CONNECTED";
new MutationObserver(() => {
  if (connected()) return;
  severed = true;
  look();
}).observe(app ?? document.createElement("i"), { attributeFilter: [STATE] });

function tell(now) {
  if (now === reached) return;
  reached = now;
  for (const onChange of watchers) onChange(reached);
  if (reached) return dialogs.disconnect();
  dialogs.observe(document.body, { childList: true });
  closeDialog();
}

// Who answers, and what would be lost with it; null where nobody does.
export async function ask() {
  try {
    const response = await fetch(HERE_PATH, { ...heading(server.key ?? ""), signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export const isOwn = (answer) => answer?.instance === server.instance;

async function look() {
  if (looking || !server) return;
  looking = true;
  for (;;) {
    await becomesVisible(); // a page that nobody sees asks for nothing
    const answer = await ask();
    tell(isOwn(answer));
    if (reached) {
      for (const resolve of waiting) resolve();
      waiting.clear();
      if (connected()) break;
    } else if (answer) await replaced(answer.instance);
    await rest(BETWEEN * (0.75 + Math.random() / 2));
  }
  looking = severed = false;
}

async function replaced(instance) {
  // Without its cookie a balancer cannot keep a visitor at one server: then Streamlit's connection
  // alone tells where the page belongs.
  if (!server.cookie && !severed) return;
  onOther(instance);
  await rest(Math.random() * SPREAD);
  // By now the new server may have drawn the page. A page that lost its connection has one reload in
  // it; where only questions go elsewhere, there could be no end.
  if (server.instance === instance || !(severed || mayReload())) return;
  location.reload();
  await new Promise(() => {}); // to call for it again would begin it anew
}

// For each time that the page is drawn: who drew it. onOther(instance): another one answers now.
export function drawnBy(drawn, whenOther) {
  if (drawn.instance !== server?.instance) severed = false;
  [server, onOther] = [drawn, whenOther];
  if (waiting.size || !connected()) look();
}

// Comes true when the server that drew the page has answered once more; never if it is gone.
export function reachServer() {
  return new Promise((resolve) => {
    waiting.add(resolve);
    look();
  });
}

// onChange(reached): at once, and when it changes. Returns what ends it.
export function watchConnection(onChange) {
  watchers.add(onChange);
  onChange(reached);
  return () => watchers.delete(onChange);
}
