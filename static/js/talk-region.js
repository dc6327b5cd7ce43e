// The form of a new thread: "a region of the photo" opens the crop tool in a dialog, by mouse, touch or arrows.

import { createCropBox } from "./crop-box.js";
import { h } from "./dom.js";

/** Wires [data-talk] forms; without a photo regions are not offered. */
export function wireTalk(photo) {
  document.querySelectorAll("[data-talk]").forEach((form) => {
    const about = form.querySelector("[data-about]");
    if (!about) return;
    if (!photo) about.querySelector("[data-needs-photo]")?.remove();
    about.addEventListener("change", () => { if (about.value === "region") mark(form, about, photo); });
  });
}

function mark(form, about, photo) {
  const stage = h("div", { class: "stage region-stage" });
  const keep = h("button", { type: "button", class: "btn btn--primary" }, "Pin it here");
  const leave = h("button", { type: "button", class: "btn" }, "Cancel");
  const dialog = h("dialog", { class: "dialog dialog--wide", "aria-labelledby": "region-title" },
    h("div", { class: "dialog__head" }, h("h2", { id: "region-title", text: "Mark the region" })),
    h("div", { class: "dialog__body" }, stage, h("p", { class: "dim small", text: "Drag a box, or move it with the arrow keys; Alt with an arrow makes it larger or smaller." })),
    h("div", { class: "dialog__foot" }, leave, keep));
  document.body.append(dialog);
  dialog.showModal();
  const tool = createCropBox(stage, photo, { overlay: "none", min: 0.02, first: [0.35, 0.35, 0.65, 0.65] });
  tool.start();
  tool.frame.focus();
  stage.addEventListener("keydown", (event) => { if (tool.arrow(event)) event.preventDefault(); });
  keep.addEventListener("click", () => {
    form.querySelector("[data-region]").value = (tool.box() || []).join(",");
    about.dispatchEvent(new Event("input", { bubbles: true })); // to be kept
    dialog.close();
  });
  leave.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (!form.querySelector("[data-region]").value) about.value = "";
    tool.destroy();
    dialog.remove();
    form.querySelector("textarea").focus();
  });
}
