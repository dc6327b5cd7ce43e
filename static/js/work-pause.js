// A pause: the stage is covered, the clock stands still, and any key or a click goes on.

import { h } from "./dom.js";

/** button: in the top bar. timer: the item's clock. Keys sleep while the dialog is open. */
export function wirePause(button, timer) {
  const dialog = h("dialog", { class: "dialog pause", "aria-labelledby": "pause-title" },
    h("div", { class: "dialog__body" }, h("h2", { id: "pause-title", text: "Paused" }), h("p", { text: "The clock stands still, your work is kept." })),
    h("div", { class: "dialog__foot" }, h("button", { type: "button", class: "btn btn--primary", autofocus: true, onclick: () => dialog.close() }, "Go on")));
  dialog.addEventListener("close", () => timer.resume());
  document.body.append(dialog);
  button?.addEventListener("click", () => {
    timer.pause();
    dialog.showModal();
  });
}
