// Saves a working copy 800 ms after the last change and on leave: first in this browser, then on the server.
// PUT {content, version} answers {version}, or 409 with detail {theirs, version} when another tab or machine saved in between.

import { put } from "./http.js";

const PAUSE = 800;

/**
 * createAutosave({url, place, version, read, onState, onConflict, storage})
 *   place       name in local storage, one per assignment
 *   read        () => content to keep
 *   onConflict  async ({mine, theirs}) => "mine" | "theirs"; with "theirs" the caller shows them
 *   onState     "saving" | "saved" | "offline"
 */
export function createAutosave({ url, place, version = 0, read, onState = () => {}, onConflict = null, storage = localStorage }) {
  let timer = 0;
  let known = version;
  let isDirty = false;
  let running = null;
  let isClosed = false;

  function keep(content) {
    try {
      storage.setItem(place, JSON.stringify({ content, version: known, at: Date.now() }));
    } catch {
      // a full or closed store: the server copy still stands
    }
  }

  function changed() {
    if (isClosed) return;
    isDirty = true;
    keep(read());
    onState("saving");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    if (!isDirty || isClosed) return;
    if (running) {
      await running;
    }
    isDirty = false;
    running = send(read()).finally(() => {
      running = null;
    });
    await running;
  }

  async function send(content) {
    if (!url) {
      onState("saved");
      return;
    }
    try {
      known = (await put(url, { content, version: known })).version;
      if (!isDirty) onState("saved");
    } catch (problem) {
      await failed(content, problem);
    }
  }

  async function failed(content, problem) {
    if (isClosed) return;
    if (problem.status === 409 && onConflict && problem.detail.theirs) {
      known = problem.detail.version;
      const choice = await onConflict({ mine: content, theirs: problem.detail.theirs });
      if (choice === "mine") {
        isDirty = true;
        await send(content);
      }
      return;
    }
    onState(problem.isPassing ? "offline" : "saved");
    if (problem.isPassing) {
      isDirty = true;
      timer = setTimeout(save, 5000);
    }
  }

  // On leave there is no time to wait: the request outlives the page.
  function onLeave() {
    if (!isDirty || isClosed) return;
    keep(read());
    if (url) put(url, { content: read(), version: known }, { keepalive: true }).catch(() => {});
  }

  addEventListener("pagehide", onLeave);

  return {
    changed,
    save,
    /** Ends it; `forget` also drops the local copy (after the answer is in the outbox). */
    close({ forget = false } = {}) {
      isClosed = true;
      clearTimeout(timer);
      removeEventListener("pagehide", onLeave);
      if (forget) storage.removeItem(place);
    },
  };
}

/** The local copy of an assignment, if this browser kept one newer than the server's version. */
export function localCopy(place, serverVersion = 0, storage = localStorage) {
  try {
    const kept = JSON.parse(storage.getItem(place) || "null");
    return kept && kept.version >= serverVersion ? kept.content : null;
  } catch {
    return null;
  }
}
