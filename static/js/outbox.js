// Answers that wait for the server. Each is written to local storage before it is sent, sent again with
// the same submission id until the server has said yes or a clear no, and only then taken out. Nothing is lost
// when the tab, the browser or the network goes away. Where the store is full, answers wait in this page.
//
// createOutbox({name, send, storage, onChange, onSent, onRefused, wait})
//   name       keeps people apart on a shared machine: put the user's id in it
//   send       async (entry) => reply; throws HttpProblem (isPassing: try again; isSignedOut: wait; else: refused)
//   onRefused  (entry, problem): the server said no for good; the entry stays under `refused` until dismissed
// add(entry) needs {id, url, body}. cancel(id) takes back one that is not on its way. flush() tries now.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;

export function createOutbox({
  name, send, storage = localStorage, onChange = () => {}, onSent = () => {}, onRefused = () => {}, wait = FIRST_WAIT,
}) {
  const place = `reframe:outbox:${name}`;
  let timer = 0;
  let delay = wait;
  let flying = null;
  let state = "idle";
  let inPage = null;

  function read() {
    if (inPage) return structuredClone(inPage);
    try {
      const kept = JSON.parse(storage.getItem(place) || "{}");
      return { waiting: kept.waiting || [], refused: kept.refused || [] };
    } catch {
      return { waiting: [], refused: [] };
    }
  }

  function write(kept) {
    try {
      storage.setItem(place, JSON.stringify(kept));
      inPage = null;
    } catch {
      inPage = kept;
    }
    onChange(status());
  }

  const drop = (list, id) => list.filter((entry) => entry.id !== id);

  /** {state: idle | sending | offline | signed-out, waiting: n, entries: ids of their assignments, refused: [...]} */
  function status() {
    const kept = read();
    return { state, waiting: kept.waiting.length, entries: kept.waiting.map((e) => e.body?.assignment), refused: kept.refused };
  }

  function setState(next) {
    state = next;
    onChange(status());
  }

  function add(entry) {
    const kept = read();
    if (!kept.waiting.some((e) => e.id === entry.id)) kept.waiting.push(entry);
    write(kept);
    return flush();
  }

  /** True when the entry was still here and is now taken back. */
  function cancel(id) {
    if (flying === id) return false;
    const kept = read();
    const had = kept.waiting.some((e) => e.id === id);
    if (had) write({ ...kept, waiting: drop(kept.waiting, id) });
    return had;
  }

  function dismiss(id) {
    const kept = read();
    write({ ...kept, refused: drop(kept.refused, id) });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(flush, delay * (0.8 + 0.4 * Math.random()));
    delay = Math.min(delay * 2, LONGEST_WAIT);
  }

  // One tab sends at a time; where the browser has no locks the submission id keeps a double harmless.
  function flush() {
    clearTimeout(timer);
    if (navigator.locks) return navigator.locks.request(place, { ifAvailable: true }, (lock) => (lock ? run() : later()));
    return flying ? Promise.resolve() : run();
  }

  async function run() {
    for (let entry = read().waiting[0]; entry; entry = read().waiting[0]) {
      flying = entry.id;
      setState("sending");
      if (!(await attempt(entry))) return;
    }
    setState("idle");
  }

  async function attempt(entry) {
    try {
      const reply = await send(entry);
      settle(entry);
      onSent(entry, reply);
      return true;
    } catch (problem) {
      return failed(entry, problem);
    } finally {
      flying = null;
    }
  }

  function settle(entry) {
    const kept = read();
    delay = wait;
    write({ ...kept, waiting: drop(kept.waiting, entry.id) });
  }

  function failed(entry, problem) {
    if (problem.isPassing || problem.isSignedOut || problem.status === undefined) {
      flying = null;
      setState(problem.isSignedOut ? "signed-out" : "offline");
      later();
      return false;
    }
    const kept = read();
    write({ waiting: drop(kept.waiting, entry.id), refused: [...kept.refused, { ...entry, why: problem.message }] });
    onRefused(entry, problem);
    return true;
  }

  function soon() {
    delay = wait;
    if (read().waiting.length) flush();
  }

  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  addEventListener("pagehide", () => clearTimeout(timer));
  addEventListener("pageshow", (event) => event.persisted && soon());
  addEventListener("beforeunload", (event) => inPage?.waiting.length && event.preventDefault());

  return { add, cancel, dismiss, flush, status };
}
