// Short words at the foot of the page, with an undo where one is offered. Screen readers hear them politely.

import { h } from "./dom.js";

const MARKS = { good: "✓", bad: "✕", note: "" };

function host() {
  return document.querySelector(".toasts") || document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
}

/**
 * toast("Saved", {kind, undo, undoLabel, undoKey, seconds}) returns close(). Bad news and seconds: 0 stay until closed.
 */
export function toast(words, { kind = "note", undo = null, undoLabel = "Undo", undoKey = "", seconds = kind === "bad" ? 0 : 10 } = {}) {
  let timer = 0;
  const box = h("div", { class: `toast toast--${kind}` });
  const close = () => {
    clearTimeout(timer);
    box.remove();
  };
  if (MARKS[kind]) box.append(h("span", { class: "toast__mark", "aria-hidden": "true", text: MARKS[kind] }));
  box.append(h("span", { text: words }));
  if (undo) box.append(h("button", { type: "button", class: "btn btn--small", "data-key": undoKey || undefined, onclick: undoKey ? undefined : () => { close(); undo(); } }, undoLabel));
  if (!undo || !seconds) box.append(h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: close }, "Close"));
  host().append(box);
  if (seconds) timer = setTimeout(close, seconds * 1000);
  return close;
}

/** Brings the server's flash messages to life: they can be closed and leave by themselves unless they are bad news. */
export function adoptMessages() {
  for (const box of document.querySelectorAll(".toast[data-message]")) {
    const leave = () => box.remove();
    box.append(h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: leave }, "Close"));
    if (!box.classList.contains("toast--bad")) setTimeout(leave, 8000);
  }
}
