// Drives an expert page: takes items, mounts the module of their type, keeps and sends answers, undoes.
// The contract with the server stands in docs/design.md, "The workspace".

import { createAutosave } from "./autosave.js";
import { h } from "./dom.js";
import { post } from "./http.js";
import { isSame, pickCopy, readKept } from "./kept-copy.js";
import { createKeys } from "./keys.js";
import { createLoupe } from "./loupe.js";
import { createOutbox } from "./outbox.js";
import { createPrefetch, decodePictures } from "./prefetch.js";
import { createBar } from "./shell-bar.js";
import { applySurround, nextSurround } from "./surround.js";
import { createTimer } from "./timer.js";
import { toast } from "./toast.js";
import { createActs } from "./work-acts.js";
import { createAddresses, markReopened } from "./work-addresses.js";
import { createBetween } from "./work-between.js";
import { createViewTime, wireGuidelines } from "./work-conduct.js";
import { askWhichCopy } from "./work-copies.js";
import { wirePause } from "./work-pause.js";
import { startSession } from "./work-session.js";
import { wireSplitter } from "./work-splitter.js";
import { stateWord } from "./work-words.js";

const UNDO_SHOWN = 10000;
// A second press of the key that sent the last item must not answer one that nobody has seen.
const DOUBLE_PRESS = 200;

const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

/** Starts the page of one shell; rejects only when the module of the item type cannot be loaded. */
export async function startWorkspace(shell) {
  const urls = { ...shell.dataset };
  const type = await import(urls.module);
  const nodes = {
    stage: shell.querySelector("[data-stage]"),
    panel: shell.querySelector("[data-panel]"),
    foot: shell.querySelector("[data-foot]"),
    say: shell.querySelector("[data-say]"),
    tell: shell.querySelector("[data-tell]"),
    undo: shell.querySelector("[data-undo]"),
    more: shell.querySelector("[data-more]"),
  };
  const keys = createKeys({ bar: shell.querySelector("[data-keybar]") });
  const bar = createBar(shell);
  const timer = createTimer();
  const prefetch = createPrefetch({ claimUrl: urls.claimUrl });
  const outbox = createOutbox({ name: `${urls.user}:${urls.submitUrl}`, send: sendEntry, onChange: showState, onSent, onRefused });
  const addresses = createAddresses(urls);
  // Answers of all campaigns wait in one outbox; each knows whose it is.
  const origin = { page: urls.claimUrl, campaign: document.title.split(" · ")[0], from: location.pathname };
  let now = null;
  let last = null;
  let copyState = "saved";
  let closeUndo = () => {};
  const session = startSession({ bar, timer, addresses, current: () => now, remindMin: Number(urls.remindMin) || 50 });
  const loupe = createLoupe(nodes.stage);
  const view = createViewTime({ node: shell.querySelector("[data-view-time]"), timer, least: Number(urls.leastViewMs) || 0 });
  const acts = createActs({ keys, nodes, addresses, isShown: (entry) => now?.entry === entry, onSkipped });
  const between = createBetween({ shell, stage: nodes.stage, keys, exitUrl: urls.exitUrl, leave: leaveItem, isFree: () => !now, claim, next });
  const panel = document.getElementById("guidelines") ? wireGuidelines(document.getElementById("guidelines")) : null;

  // ---- showing an item -----------------------------------------------------------------------

  function leaveItem() {
    if (!now) return;
    view.stop();
    session.add(timer.stop().active_ms, { isAnswer: now.isSent && !now.isSkipped });
    now.autosave.close({ forget: now.isSent });
    now.keys.clear();
    now.handle.destroy();
    now = null;
    delete shell.dataset.item;
    nodes.stage.replaceChildren();
    nodes.panel.replaceChildren();
    nodes.foot.replaceChildren();
    nodes.more.replaceChildren();
    say("");
  }

  // answer: what to begin with instead of the kept copies. isUnsent: it is nowhere else, so it is kept at once.
  function show(entry, answer = null, { isUnsent = false } = {}) {
    leaveItem();
    between.end();
    copyState = "saved";
    const place = `reframe:copy:${urls.user}:${entry.assignment.id}`;
    const kept = readKept(place);
    const copy = pickCopy(kept, entry.working_copy ?? null);
    const begun = isUnsent ? null : copy.content;
    const scope = keys.scope();
    shell.dataset.layout = "panel";
    now = { entry, keys: scope, isSent: false, shownAt: performance.now() };
    shell.dataset.item = entry.assignment.id;
    markReopened(entry.reopens);
    now.autosave = createAutosave({
      url: addresses.of("workingCopy", entry), place, version: copy.version, sent: kept?.sent,
      read: () => contentOf(now.handle), spent: () => timer.read(), onState: setCopyState,
      onSaved: (saved) => { entry.working_copy = saved; }, onConflict: (both) => settleConflict(both, entry),
    });
    now.handle = type.mount(entry.item, nodes.stage, nodes.panel, apiFor(entry, scope, answer ?? begun));
    if (entry.asked) nodes.panel.prepend(h("section", { class: "banner banner--note", "aria-label": "The lead asks" }, h("div", {}, h("h3", { text: "The lead asks" }), h("p", { class: "prewrap", text: entry.asked }))));
    acts.offer(entry, now.keys);
    if (entry.progress) bar.showProgress(entry.progress, outbox.status().waiting);
    Promise.resolve(now.handle.ready).then(() => {
      if (now?.entry !== entry) return;
      const spent = entry.spent || kept?.spent || {};
      timer.start(spent);
      session.add(-(spent.active_ms || 0)); // the clock of this sitting counts it once, or not at all
      view.start();
    });
    if (entry.training) say(`Training, round ${entry.training.round} of ${entry.training.rounds}: item ${entry.training.place} of ${entry.training.of}. The reference is shown after your answer.`);
    nodes.stage.focus({ preventScroll: true });
    keys.refresh();
    if (isUnsent || (!answer && copy.isAhead)) now.autosave.changed();
    else if (answer && begun && !isSame(answer, begun)) settleBegun(entry, answer, begun);
    else if (!answer && copy.theirs) settleConflict({ mine: begun, theirs: copy.theirs, version: copy.version }, entry).then((chosen) => chosen === "mine" && now?.entry === entry && now.autosave.changed());
    showState();
    prefetch.fill(held());
  }

  // What is kept of unfinished work: the answer so far, and how its texts came about.
  function contentOf(handle) {
    const edits = handle.edits?.() || [];
    return { ...handle.answer(), ...(edits.length && { edits }) };
  }

  function apiFor(entry, scope, saved) {
    return {
      keys: { ...scope, layer: keys.layer, refresh: keys.refresh },
      saved,
      urls: entry.assignment.urls || {},
      setLayout: (name) => { shell.dataset.layout = name; },
      actions: (...buttons) => { nodes.foot.replaceChildren(...buttons); },
      foot: nodes.foot,
      changed: () => now?.entry === entry && now.autosave.changed(),
      submit: () => now?.entry === entry && submit(),
      doubts: addresses.has("doubts", entry) ? (text) => post(addresses.of("doubts", entry), { text }) : null,
      lookLeft: view.left,
      redraft: addresses.has("redraft", entry) ? (data) => post(addresses.of("redraft", entry), { assignment: entry.assignment.id, ...data }) : null,
      say,
      tell,
    };
  }

  // A limit is reached: what the page holds beyond the answers on their way goes back to the others.
  function stopHere(stop) {
    const spare = now ? [now.entry] : [];
    now?.autosave.save();
    for (let ready = prefetch.take(); ready; ready = prefetch.take()) spare.push(ready);
    spare.filter((entry) => addresses.has("giveBack", entry)).forEach((entry) => post(addresses.of("giveBack", entry)).catch(() => {}));
    between.showNothing(stop.words, stop);
  }

  async function next(reply = {}) {
    if (prefetch.pending()) await prefetch.pending();
    const ready = prefetch.take();
    if (ready) return show(ready);
    if (reply.next?.assignment && !sentIds().includes(reply.next.assignment.id)) {
      await decodePictures(reply.next.item);
      return show(reply.next);
    }
    return claim();
  }

  async function claim() {
    try {
      const reply = await post(urls.claimUrl, { after: held() });
      if (reply.why === "guidelines" && urls.guidelinesUrl) return await between.showGuidelines(urls.guidelinesUrl, panel);
      if (!reply.assignment) return between.showNothing(reply.empty || "There is no item left for you in this campaign.", reply);
      await decodePictures(reply.item);
      return show(reply);
    } catch (problem) {
      between.showWaiting(problem.isPassing ? "The next item appears here when the connection is back. Your answers are kept." : problem.message);
      if (problem.isPassing) setTimeout(() => between.isWaiting() && claim(), 4000);
      return undefined;
    }
  }

  // ---- answers -------------------------------------------------------------------------------

  const sentIds = () => outbox.status().entries;
  const held = () => [now?.entry.assignment.id, ...prefetch.ids(), ...sentIds()].filter((id) => id !== undefined);

  function submit() {
    const { handle, entry } = now;
    if (performance.now() - now.shownAt < DOUBLE_PRESS) return;
    if (!handle.isComplete()) {
      say(handle.missing?.() || "This is not finished yet.", "bad");
      return;
    }
    if (view.left() > 0) {
      say(`Look a little longer: answers are taken after ${Number(urls.leastViewMs) / 1000} s.`, "bad");
      return;
    }
    const content = contentOf(handle);
    const body = {
      submission_id: newId(), assignment: entry.assignment.id, answer: handle.answer(), ...timer.read(),
      context: { viewport: [innerWidth, innerHeight], dpr: devicePixelRatio }, ...(content.edits && { edits: content.edits }),
    };
    const { pictures, ...plain } = entry;
    last = entry.training ? null : { entry: plain, answer: content, id: body.submission_id, responseId: null, spent: { active_ms: body.active_ms, idle_ms: body.idle_ms } };
    now.isSent = true;
    copyState = "saved";
    outbox.add({ id: body.submission_id, url: addresses.of("submit", entry), body, entry: plain, ...origin });
    if (entry.training) {
      closeUndo();
      between.showWaiting("Your answer is compared with the reference.");
      return;
    }
    offerUndo();
    bar.showProgress(null, outbox.status().waiting);
    const ready = prefetch.take();
    if (ready) show(ready);
    else between.showWaiting();
  }

  function offerUndo() {
    closeUndo();
    if (!urls.undoUrl) return;
    nodes.undo.hidden = false;
    const timeout = setTimeout(() => closeUndo(), UNDO_SHOWN);
    closeUndo = () => {
      clearTimeout(timeout);
      nodes.undo.hidden = true;
    };
  }

  function sendEntry(entry) {
    return post(entry.url, entry.body);
  }

  function onSent(entry, reply) {
    if (entry.page && entry.page !== urls.claimUrl) return;
    if (last?.id === entry.id) last.responseId = reply.response_id ?? null;
    bar.showProgress(reply.progress, outbox.status().waiting);
    if (reply.feedback) between.showFeedback(reply.feedback, entry.entry);
    else if (reply.stop) stopHere(reply.stop);
    else if (between.isWaiting()) next(reply);
  }

  function onRefused(entry, problem) {
    closeUndo();
    if (last?.id === entry.id) last = null;
    sayRefused({ ...entry, why: problem.message });
    if (between.isWaiting()) next();
  }

  // What another campaign's page sent is shown there.
  function sayRefused(entry) {
    const isHere = !entry.page || entry.page === urls.claimUrl;
    toast(isHere ? `An answer was not accepted: ${entry.why}` : `An answer in ${entry.campaign} was not accepted: ${entry.why}`, {
      kind: "bad", undoLabel: isHere ? "Show it" : "Go there",
      undo: () => {
        if (!isHere) return location.assign(entry.from);
        outbox.dismiss(entry.id);
        putAside();
        show({ ...entry.entry, spent: { active_ms: entry.body.active_ms, idle_ms: entry.body.idle_ms } }, { ...entry.body.answer, edits: entry.body.edits }, { isUnsent: true });
      },
    });
  }

  // The item in hand waits at the head of the queue while an earlier one is looked at again.
  function putAside() {
    if (!now) return;
    now.autosave.save();
    prefetch.putBack(now.entry);
  }

  function onSkipped(reply) {
    bar.showProgress(reply.progress, outbox.status().waiting);
    now.isSent = true;
    now.isSkipped = true;
    next(reply);
  }

  async function undo() {
    const back = last;
    if (!back) return;
    closeUndo();
    last = null;
    if (outbox.cancel(back.id)) {
      putAside();
      show({ ...back.entry, spent: back.spent }, back.answer, { isUnsent: true });
      return;
    }
    try {
      const reply = await post(urls.undoUrl, { response_id: back.responseId, submission_id: back.id, assignment: back.entry.assignment.id });
      putAside();
      show({ ...back.entry, ...reply, reopens: back.responseId }, reply.answer ?? back.answer);
    } catch (problem) {
      toast(problem.message, { kind: "bad" });
    }
  }

  // ---- two copies of one item -----------------------------------------------------------------

  async function settleConflict(both, entry) {
    const chosen = await askWhichCopy(both);
    if (chosen === "theirs" && now?.entry === entry) begin({ ...entry, working_copy: { content: both.theirs, version: both.version } });
    return chosen;
  }

  // An answer is opened again that was begun to be changed: both are shown.
  async function settleBegun(entry, answer, begun) {
    const chosen = await askWhichCopy({ mine: begun, theirs: answer, title: "You had begun to change this answer", names: ["What you began", "Your answer"], acts: ["Go on with what I began", "Show my answer"] });
    if (chosen === "mine" && now?.entry === entry) begin(entry, begun);
  }

  // Shows the item with a content that was chosen; what this browser kept before is out of the race.
  function begin(entry, content = null) {
    now.autosave.close({ forget: true });
    show(entry, content, { isUnsent: content !== null });
  }

  // ---- words of state ------------------------------------------------------------------------

  function say(words, kind = "") {
    nodes.say.textContent = words;
    nodes.say.dataset.kind = kind;
    nodes.say.hidden = !words;
  }

  // For screen readers only: what a key has just done.
  function tell(words) {
    nodes.tell.textContent = words;
  }

  function setCopyState(state) {
    copyState = state;
    showState();
  }

  function showState(status = outbox.status()) {
    bar.showState(stateWord(status, copyState));
  }

  function registerCommonKeys() {
    const guidelines = document.getElementById("guidelines");
    keys.register({ key: "b", label: "surround", action: () => { nodes.stage.dataset.surroundName = nextSurround(); } });
    keys.register({ key: "h", label: "loupe, while held", action: loupe.hold, bar: false, when: () => loupe.photos().length > 0 });
    if (urls.undoUrl) keys.register({ key: "u", label: "undo last", action: undo, when: () => Boolean(last) });
    if (guidelines) {
      const toggle = () => (guidelines.open ? guidelines.close() : guidelines.showModal());
      keys.register({ key: "g", label: "guidelines", action: toggle, bar: false, inDialog: true });
    }
  }

  applySurround();
  wireSplitter(shell, shell.querySelector("[data-splitter]"));
  wirePause(shell.querySelector("[data-pause]"), timer);
  registerCommonKeys();
  const first = JSON.parse(document.getElementById("item").textContent);
  if (first.answer) first.reopens = new URLSearchParams(location.search).get("answer");
  if (first.progress) bar.showProgress(first.progress);
  outbox.status().refused.forEach(sayRefused);
  outbox.flush();
  if (first.assignment && !sentIds().includes(first.assignment.id)) show(first, first.answer ?? null);
  else if (first.empty) between.showNothing(first.empty, first);
  else claim();
}
