// What stands on the stage of a work page when no item does, and the state word of the top bar.

import { h } from "./dom.js";

/** The stage without an item: why, in words, and the way back. */
export function emptyStage(words, exitUrl, title = "Nothing to do here now") {
  return h("div", { class: "stage-empty" }, h("h2", { text: title }), h("p", { text: words }),
    exitUrl && h("a", { class: "btn btn--primary", href: exitUrl }, "Back to your work"));
}

/** The stage while the next item is on its way. */
export function waitingStage(words) {
  return h("div", { class: "stage-empty", role: "status" }, h("p", { text: words }));
}

const COPY_WORDS = {
  saved: "saved", saving: "saving", offline: "offline, kept here", "signed-out": "signed out, kept here", kept: "kept here",
  unsaved: "not saved",
};

/** The state word: of the answers on their way first, then of the working copy. */
export function stateWord({ state, waiting }, copyState) {
  if (state === "offline" && waiting) return `offline, ${waiting} waiting`;
  if (state === "signed-out" && waiting) return `signed out, ${waiting} waiting`;
  if (copyState === "saved" && (state === "sending" || waiting)) return "saving";
  return COPY_WORDS[copyState];
}
