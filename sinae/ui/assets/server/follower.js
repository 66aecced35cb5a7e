// Follows a run: asks the server for its news again and again, and the server answers as soon as
// there is some.

import { HOLD_MILLISECONDS, NEWS_PATH, PAUSE_MILLISECONDS, REDRAW_MILLISECONDS } from "../protocol.js";
import { becomesVisible, heading, reachServer } from "./connection.js";
import { knowRun } from "./kept.js";

const LONGEST = 8000; // milliseconds between tries while the server refuses
const PATIENCE = 2 * HOLD_MILLISECONDS;

// onNews(answer): for every answer. redraw(): the page is drawn for a status that is over.
export function follower({ onNews, redraw }) {
  let run = null; // {key, status, version, engine}, the last three as the page is drawn
  let show = "nothing"; // what of the run
  let seen = {}; // the version and the engine that are known
  let asking = false;
  let asked = null; // aborts the question that waits for an answer
  let wake = () => {};
  const rest = (milliseconds) =>
    new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, milliseconds);
    });

  // Returns how long to rest.
  const ask = async () => {
    const { key } = run;
    const { version, engine } = seen;
    const query = `show=${show}&seen=${version}&engine=${engine}`;
    asked = new AbortController();
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(PATIENCE)]);
    const response = await fetch(`${NEWS_PATH}?${query}`, { ...heading(key), signal });
    if (response.status === 404) await reachServer(); // another one would know neither the run nor the page
    else if (!response.ok) throw new Error(response.statusText);
    const answer = response.ok ? await response.json() : null;
    if (run?.key !== key) return 0; // another one meanwhile
    if (answer) {
      seen = answer.now;
      knowRun(key, answer.now.lost);
      try {
        onNews(answer);
      } catch (error) {
        reportError(error); // a fault of the page is no lost connection
      }
      if (answer.now.status === run.status && answer.now.newest) return PAUSE_MILLISECONDS;
    }
    redraw();
    return REDRAW_MILLISECONDS;
  };

  const askOn = async () => {
    asking = true;
    let failures = 0;
    while (run) {
      await becomesVisible(); // a page that nobody sees asks for nothing
      try {
        if (run) await rest(await ask());
        failures = 0;
      } catch {
        if (asked?.signal.aborted) continue; // another question is asked in its place
        failures += 1;
        await reachServer();
        await rest(Math.min(LONGEST, 250 * 2 ** failures) * (0.75 + Math.random() / 2));
      }
    }
    asking = false;
  };

  return {
    // Follow a run from its version on, null for none; `what` is to be shown of it.
    follow(next, what = "nothing") {
      if (next && (next.key !== run?.key || what !== show)) seen = next;
      // The server may hold the answer back for long, of a run that nobody asks about any more.
      if (next?.key !== run?.key || what !== show) asked?.abort();
      [run, show] = [next, what];
      wake();
      if (run && !asking) askOn();
    },
  };
}
