// Follows a run: asks the server for its news again and again. The server answers as soon as there is some.

import {
  ENGINE_QUERY,
  HOLD_MILLISECONDS,
  NEWS_PATH,
  PAUSE_MILLISECONDS,
  REDRAW_MILLISECONDS,
  SEEN_QUERY,
  SHOW,
  SHOW_QUERY,
} from "../protocol.js";
import { about, becomesVisible, heading, pause, reachServer } from "./connection.js";
import { knowRun } from "./storage.js";

const LONGEST = 8000; // milliseconds between tries while the server refuses
const PATIENCE = 2 * HOLD_MILLISECONDS;

// Returns `follow(run, what)`, which follows a run from its version on, or none for null; `what` says what the
// page shows of it. onNews(answer) is called for every answer, redraw() when the run no longer has the status for
// which the page was drawn.
export function follower({ onNews, redraw }) {
  let run = null; // {key, status, version, engine}, the last three as they were when the page was drawn
  let show = SHOW.NOTHING; // what the page shows of the run
  let seen = {}; // the version of the run and the status of the engine that are known
  let asking = false;
  let asked = null; // aborts the question that waits for an answer
  let wake = () => {};
  const rest = (milliseconds) => Promise.race([pause(milliseconds), new Promise((resolve) => (wake = resolve))]);

  // Asks once, and returns how many milliseconds to rest before the next question.
  const ask = async () => {
    const { key } = run;
    const { version, engine } = seen;
    const query = new URLSearchParams({ [SHOW_QUERY]: show, [SEEN_QUERY]: version, [ENGINE_QUERY]: engine });
    asked = new AbortController();
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(PATIENCE)]);
    const response = await fetch(`${NEWS_PATH}?${query}`, { ...heading(key), signal });
    if (response.status === 404) await reachServer(); // the answer may be another server's, which knows no run of this page
    else if (!response.ok) throw new Error(response.statusText);
    const answer = response.ok ? await response.json() : null;
    if (run?.key !== key) return 0; // another run is followed by now
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
      await becomesVisible();
      try {
        if (run) await rest(await ask());
        failures = 0;
      } catch {
        if (asked?.signal.aborted) continue; // another question is asked in its place
        failures += 1;
        await reachServer();
        await rest(about(Math.min(LONGEST, 250 * 2 ** failures)));
      }
    }
    asking = false;
  };

  return (next, what = SHOW.NOTHING) => {
    if (next?.key !== run?.key || what !== show) {
      seen = next ?? seen;
      // The server may hold back for long its answer to a question that nobody asks any more.
      asked?.abort();
    }
    [run, show] = [next, what];
    wake();
    if (run && !asking) askOn();
  };
}
