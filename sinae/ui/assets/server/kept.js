// What a tab keeps over a reload, as far as the browser lets it: what it knows of its server, a
// notice where that was replaced, and when the page last loaded itself anew.

const FIRST = 10_000; // milliseconds between a reload of the page's own and the next
const MOST = 600_000; // the same after many of them, and after which they count as none

const name = (what) => `sinae-${what}`;

function read(what) {
  try {
    return JSON.parse(sessionStorage.getItem(name(what)));
  } catch {
    return null;
  }
}

// Returns whether it could be kept.
function keep(what, value) {
  try {
    sessionStorage.setItem(name(what), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// --- The server: {instance, key, lost, before, settings}, the last four of the newest run. ---

export const knowServer = (server) => keep("server", server);

// What would be lost with the server has changed.
export function knowRun(key, lost) {
  const server = read("server");
  if (server?.key === key) keep("server", { ...server, lost });
}

// This one answers now; if it is not the one that is known, there is something to tell.
export function meetServer(instance) {
  const server = read("server");
  if (!server || server.instance === instance) return;
  const { lost, before, settings } = server;
  keep("notice", { text: `The server was restarted, or another one took its place. ${lost} ${before}`, settings });
  keep("server", null);
}

// --- The notice: {text, settings, key}, the last of the run that the page was first drawn with. ---

export const notice = () => read("notice");

export const dismiss = () => keep("notice", null);

// The notice is no news any more when the visitor has begun another run.
export function drawnWith(key) {
  const told = notice();
  if (told && told.key === undefined) keep("notice", { ...told, key });
  else if (told && told.key !== key) dismiss();
}

// --- The reload. ---

// Whether the page may load itself anew; if so it counts as done. A balancer that sends each request
// to another server would otherwise have it do nothing else: so each time it waits twice as long.
export function mayReload() {
  const { at = 0, pause = 0 } = read("reload") ?? {};
  const since = Math.abs(Date.now() - at);
  if (since < pause) return false;
  const next = since > MOST ? FIRST : Math.min(MOST, 2 * pause);
  return keep("reload", { at: Date.now(), pause: next }) || performance.now() > FIRST;
}
