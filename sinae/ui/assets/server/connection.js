// Finds out whether the page reaches the server that drew it. When a question fails, or Streamlit loses its
// connection, the server is asked who it is, about once a second, until it answers. A server that has taken
// its place knows nothing of this page, so the page is then loaded anew.

import { HERE_PATH, KEY_HEADER } from "../protocol.js";
import { channel } from "./channel.js";
import { mayReload } from "./storage.js";
import { isConnected, keepDialogClosed, onDisconnect } from "./streamlit.js";

const BETWEEN = 1000; // milliseconds between questions, give or take: all of a class ask
const PATIENCE = 5000; // milliseconds in which an answer is to come
const SPREAD = 1000; // milliseconds over which a class loads its pages anew

let server = null; // {key, instance, cookie} of the server that drew the page
let severed = false; // whether Streamlit's connection was lost since
let looking = false;
let onOther = () => {};
const waiting = new Set();

export const connection = channel(true); // whether the server is reached

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Returns a random time near the given one, so that the pages of a class do not ask all at once.
export const about = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

export const heading = (key) => ({ headers: { [KEY_HEADER]: key }, cache: "no-store" });

// Waits until the page is visible: a page that nobody sees asks for nothing.
export async function becomesVisible() {
  while (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

connection.hear((reached) => keepDialogClosed(!reached));
onDisconnect(() => {
  severed = true;
  look();
});

// Returns who answers, and what would be lost with it; null if nobody does.
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
    await becomesVisible();
    const answer = await ask();
    const reached = isOwn(answer);
    connection.tell(reached);
    if (reached) {
      for (const resolve of waiting) resolve();
      waiting.clear();
      if (isConnected()) break;
    } else if (answer) await replaced(answer.instance);
    await pause(about(BETWEEN));
  }
  looking = severed = false;
}

async function replaced(instance) {
  // A balancer cannot keep a visitor without a cookie at one server. Then only Streamlit's connection tells
  // where the page belongs.
  if (!server.cookie && !severed) return;
  onOther(instance);
  await pause(Math.random() * SPREAD);
  // By now the new server may have drawn the page. A page whose connection was lost is reloaded once. When
  // only its questions go to other servers, reloading might never end, so it is limited.
  if (server.instance === instance || !(severed || mayReload())) return;
  location.reload();
  await new Promise(() => {}); // asking for the reload once more would begin it anew
}

// Notes which server has drawn the page; `whenOther(instance)` is called when another one answers.
export function drawnBy(drawn, whenOther) {
  if (drawn.instance !== server?.instance) severed = false;
  [server, onOther] = [drawn, whenOther];
  if (waiting.size || !isConnected()) look();
}

// Resolves once the server that drew the page has answered again; never if it is gone.
export function reachServer() {
  return new Promise((resolve) => {
    waiting.add(resolve);
    look();
  });
}
