// Keeps what a tab remembers over a reload, if the browser lets it: its server, a notice when another server
// took its place, and when the page last reloaded itself.

const FIRST = 10_000; // milliseconds between one reload by the page itself and the next
const MOST = 600_000; // the longest such pause; reloads that lie longer back no longer count

function read(what) {
  try {
    return JSON.parse(sessionStorage.getItem(`sinae-${what}`));
  } catch {
    return null;
  }
}

// Returns whether it could be kept.
function keep(what, value) {
  try {
    sessionStorage.setItem(`sinae-${what}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// The server is {instance, key, lost, before, settings}, where the last four are about the newest run.
// Notes the server that drew the page. The notice is dropped once the visitor has begun another run.
export function knowServer(server) {
  const { key } = server;
  const told = notice();
  if (told) keep("notice", (told.key ?? key) === key ? { ...told, key } : null);
  keep("server", server);
}

// Notes a change of what would be lost with the server.
export function knowRun(key, lost) {
  const server = read("server");
  if (server?.key === key) keep("server", { ...server, lost });
}

// Notes which server answers now; if it is another one than before, there is something to tell.
export function meetServer(instance) {
  const server = read("server");
  if (!server || server.instance === instance) return;
  const { lost, before, settings } = server;
  keep("notice", { text: `The server was restarted, or another one took its place. ${lost} ${before}`, settings });
  keep("server", null);
}

// The notice is {text, settings, key}, where the key is that of the run that the page was first drawn with.
export const notice = () => read("notice");

export const dismiss = () => keep("notice", null);

// Returns whether the page may reload itself; if so, the reload counts as done. Each time the page waits twice
// as long, for behind a balancer that sends each request to another server it would do nothing else.
export function mayReload() {
  const { at = 0, pause = 0 } = read("reload") ?? {};
  const since = Math.abs(Date.now() - at);
  if (since < pause) return false;
  const next = since > MOST ? FIRST : Math.min(MOST, 2 * pause);
  return keep("reload", { at: Date.now(), pause: next }) || performance.now() > FIRST;
}
