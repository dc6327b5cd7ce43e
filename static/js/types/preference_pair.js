// Preference pair: which of two is better. One key is the whole answer; U takes it back.
//
// item   {left: {url, width, height} | {text}, right: the same, question?, photo?: {url, width, height}}
//        photo is shown above a pair of texts; sides come from the server and are stored there
// answer {choice: "left" | "right" | "tie" | "neither" | "cannot_judge", strength: 1 | 2}

import { button, h } from "../dom.js";
import { createPair } from "../pair.js";
import { createPhotoStage } from "../photo-stage.js";

const CHOICES = [
  { key: "ArrowLeft", alt: ["1"], choice: "left", label: "Left", strong: true, at: "start" },
  { key: "ArrowDown", alt: ["3"], choice: "tie", label: "No difference", at: "start" },
  { key: "0", choice: "neither", label: "Neither works", at: "start" },
  { key: "ArrowRight", alt: ["2"], choice: "right", label: "Right", strong: true },
];

export function mount(item, stage, panel, api) {
  let answer = null;
  let isOpen = false;
  api.setLayout("wide");
  const holder = h("div", { class: item.photo && item.left.text ? "pair-with-photo" : "pair-holder" });
  stage.append(holder);
  const photo = item.photo && item.left.text ? createPhotoStage(holder, item.photo, { keys: api.keys }) : null;
  const pair = createPair(holder, item.left, item.right);
  const buttons = CHOICES.map((c) => button({ label: c.label, key: c.key, "data-cap-at": c.at, disabled: true, class: "btn btn--choice" }));

  function choose(choice, strength) {
    if (!isOpen) {
      api.say("A moment: both sides must be seen first.");
      return;
    }
    answer = { choice, strength };
    api.submit();
  }

  function register({ key, alt = [], choice, label, strong }) {
    api.keys.register({ key, alt, label: label.toLowerCase(), bar: false, action: (event) => choose(choice, strong && event?.shiftKey ? 2 : 1) });
    if (!strong) return;
    const shifted = [key, ...alt].map((k) => `Shift+${k}`);
    api.keys.register({ key: shifted[0], alt: shifted.slice(1), label: choice === "left" ? "much better" : "", caps: ["Shift", "ArrowLeft", "ArrowRight"], action: () => choose(choice, 2) });
  }

  function flick() {
    pair.flick(pair.root.dataset.flick === "left" ? "right" : "left");
    api.keys.refresh();
  }

  const isFree = () => document.activeElement === document.body || document.activeElement === stage;
  CHOICES.forEach(register);
  api.keys.register({ key: "-", label: "cannot judge", bar: false, action: () => choose("cannot_judge", 1) });
  if (pair.zoom) {
    api.keys.register({ key: "Tab", label: "flick in one place", when: isFree, action: flick });
    api.keys.register({ key: "Escape", label: "both", when: () => Boolean(pair.root.dataset.flick), action: () => pair.flick("") });
    if (!photo) api.keys.register({ key: "z", label: "same zoom on both", action: () => pair.zoom.toggle() });
  }
  panel.append(h("p", { class: "dock__question", text: item.question || (item.left.text ? "Which text is better?" : "Which frame is better?") }),
    h("div", { class: "dock__choices" }, ...buttons));
  api.actions(button({ label: "Cannot judge", key: "-", kind: "quiet" }));
  pair.ready.then((seen) => {
    isOpen = seen.every(Boolean);
    buttons.forEach((b) => { b.disabled = !isOpen; });
    api.say(isOpen ? "" : "One side cannot be shown. Skip this pair or say that you cannot judge.", "bad");
  });

  return {
    ready: pair.ready,
    answer: () => answer ?? { choice: "cannot_judge", strength: 1 },
    isComplete: () => answer !== null,
    missing: () => "Choose a side first.",
    destroy() {
      pair.destroy();
      photo?.destroy();
      holder.remove();
    },
  };
}
