// Saves a working copy 800 ms after the last change and on leave: first in this browser, then on the server.
// PUT {content, version} answers {version}, or 409 with detail {theirs, version} when another tab or machine saved in between.

import { put } from "./http.js";
import { forgetKept, isSame, writeKept } from "./kept-copy.js";

const PAUSE = 800;
const AGAIN = 5000;
const MOST_UNHEARD = 3;

/**
 * createAutosave({url, place, version, sent, read, spent, onState, onSaved, onConflict, storage})
 *   place       name in local storage, one per assignment
 *   version     the server's version that the content on the page grew from; sent: contents that nobody answered yet
 *   read        () => content to keep; spent () => the time it has cost so far
 *   onSaved     ({content, version}): the server has it
 *   onConflict  async ({mine, theirs, version}) => "mine" | "theirs"; with "theirs" the caller shows them
 *   onState     "saving" | "saved" | "offline" | "signed-out" | "kept" (here alone: the server refuses it) | "unsaved"
 */
export function createAutosave({
  url, place, version = 0, sent = [], read, spent = () => null, onState = () => {}, onSaved = () => {}, onConflict = null, storage = localStorage,
}) {
  const ending = new AbortController();
  let timer = 0;
  let known = version;
  let unheard = sent;
  let isDirty = false;
  let isKept = true;
  let running = null;
  let isClosed = false;

  function keep(content, isSaved = false) {
    isKept = writeKept(place, { content, version: known, isSaved, sent: unheard, spent: spent() }, storage);
  }

  const say = (state) => onState(isKept || state === "saved" || state === "saving" ? state : "unsaved");

  function changed() {
    if (isClosed) return;
    isDirty = true;
    keep(read());
    say("saving");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    if (running) await running;
    if (isDirty && !isClosed) await start();
  }

  function start(options = {}) {
    isDirty = false;
    running = send(read(), options).finally(() => {
      running = null;
    });
    return running;
  }

  // What goes out is noted first: should its reply be lost, its arrival is not taken for somebody else's work.
  async function send(content, options = {}) {
    if (!url) {
      say("saved");
      return;
    }
    unheard = [...unheard, content].slice(-MOST_UNHEARD);
    keep(content);
    try {
      arrived(content, (await put(url, { content, version: known }, { signal: ending.signal, ...options })).version);
    } catch (problem) {
      await failed(content, problem);
    }
  }

  function arrived(content, next) {
    known = next;
    unheard = [];
    onSaved({ content, version: next });
    if (isClosed) return;
    keep(isDirty ? read() : content, !isDirty);
    if (!isDirty) say("saved");
  }

  async function failed(content, problem) {
    if (isClosed) return;
    if (problem.status === 409 && problem.detail.theirs) {
      await settle(content, problem.detail);
      return;
    }
    const isPassing = problem.isPassing || problem.isSignedOut;
    if (!isPassing) unheard = [];
    isDirty = true;
    say(problem.isSignedOut ? "signed-out" : isPassing ? "offline" : "kept");
    clearTimeout(timer);
    if (isPassing) timer = setTimeout(save, AGAIN);
  }

  // An earlier save of ours whose reply was lost is no conflict.
  async function settle(content, { theirs, version: theirVersion }) {
    const isOurs = unheard.some((each) => isSame(each, theirs));
    known = theirVersion;
    unheard = [];
    if (isSame(content, theirs)) arrived(content, theirVersion);
    else if (isOurs || !onConflict || (await onConflict({ mine: content, theirs, version: theirVersion })) === "mine") {
      isDirty = false;
      if (!isClosed) await send(read());
    }
  }

  // On leave there is no time to wait: the request outlives the page.
  function onLeave() {
    if (isDirty && !isClosed && !running && url) start({ signal: null, keepalive: true });
  }

  const onHide = () => document.visibilityState === "hidden" && save();
  const onUnload = (event) => isDirty && !isKept && event.preventDefault();
  addEventListener("pagehide", onLeave);
  addEventListener("beforeunload", onUnload);
  addEventListener("online", save);
  document.addEventListener("visibilitychange", onHide);

  return {
    changed,
    save,
    /** Ends it; `forget` also drops the local copy (after the answer is in the outbox). */
    close({ forget = false } = {}) {
      isClosed = true;
      clearTimeout(timer);
      removeEventListener("pagehide", onLeave);
      removeEventListener("beforeunload", onUnload);
      removeEventListener("online", save);
      document.removeEventListener("visibilitychange", onHide);
      if (!forget) return;
      ending.abort();
      forgetKept(place, storage);
    },
  };
}
