// Preference pair: which of two is better. One key is the whole answer; U takes it back.
//
// item   {left: {url, width, height} | {text}, right: the same, question?, photo?: {url, width, height}, box?, reasons?: [{value, label}]}
//        photo (with the box outlined) is shown above a pair of texts; sides come from the server and are stored there
// answer {choice: "left" | "right" | "tie" | "neither" | "cannot_judge", strength: 1 | 2, reasons: [value], swapped: bool}
//        left and right as the server means them, whatever the person's own view

import { registerZoom } from "../crop-keys.js";
import { button, h } from "../dom.js";
import { createPair } from "../pair.js";
import { createPhotoStage } from "../photo-stage.js";

const CHOICES = [
  { key: "ArrowLeft", alt: ["1"], choice: "left", label: "Left", strong: true, at: "start" },
  { key: "ArrowDown", alt: ["3"], choice: "tie", label: "No difference", at: "start" },
  { key: "0", choice: "neither", label: "Neither works", at: "start" },
  { key: "ArrowRight", alt: ["2"], choice: "right", label: "Right", strong: true },
];
const OTHER = { left: "right", right: "left" };

export function mount(item, stage, panel, api) {
  let answer = null;
  let isOpen = false;
  let isGone = false;
  let isSwapped = Boolean(api.saved?.swapped);
  const before = api.saved?.choice ? api.saved : null;
  let chips = null;
  const isText = Boolean(item.left.text);
  api.setLayout("wide");
  const holder = h("div", { class: item.photo && isText ? "pair-with-photo" : "pair-holder" });
  stage.append(holder);
  const photo = item.photo && isText ? createPhotoStage(holder, item.photo, { keys: api.keys, box: item.box || null }) : null;
  const pair = createPair(holder, item.left, item.right);
  const buttons = CHOICES.map((c) => button({ label: c.label, key: c.key, "data-cap-at": c.at, disabled: true, class: "btn btn--choice" }));
  const meant = (choice) => (isSwapped ? OTHER[choice] || choice : choice);

  function choose(choice, strength) {
    if (!isOpen && choice !== "cannot_judge") {
      api.say(isText ? "A moment: read both texts first." : "A moment: both sides must be seen first.");
      return;
    }
    answer = { choice: meant(choice), strength, reasons: [], swapped: isSwapped };
    if (item.reasons?.length && OTHER[choice]) askReasons();
    else api.submit();
  }

  // After the choice, before it is sent: digits turn reasons on and off, Enter sends, Escape takes the choice back.
  function askReasons() {
    const layer = api.keys.layer();
    const picked = new Set();
    const list = item.reasons.slice(0, 9).map((reason, i) => {
      const chip = h("button", { type: "button", class: "btn btn--quiet reasons__item", "aria-pressed": "false", "data-key": String(i + 1), "data-cap-at": "start" }, reason.label);
      layer.register({ key: String(i + 1), label: i ? "" : "reasons", caps: ["1", String(item.reasons.length)], isRange: true, action: () => {
        if (!picked.delete(reason.value)) picked.add(reason.value);
        chip.setAttribute("aria-pressed", String(picked.has(reason.value)));
      } });
      return chip;
    });
    const node = h("div", { class: "reasons", role: "group", "aria-label": "Why, if you like" }, h("h2", { class: "group__title", text: "Why, if you like" }), ...list,
      h("div", { class: "reasons__send" }, button({ label: "Send", key: "Enter", kind: "primary" }), button({ label: "Choose again", key: "Escape", kind: "quiet" })));
    chips = () => {
      layer.close();
      node.remove();
      chips = null;
    };
    layer.register({ key: "Enter", label: "send", action: () => {
      answer = { ...answer, reasons: item.reasons.map((each) => each.value).filter((value) => picked.has(value)) };
      chips();
      api.submit();
    } });
    layer.register({ key: "Escape", label: "choose again", action: () => {
      answer = null;
      chips();
    } });
    api.foot.prepend(node);
    api.keys.refresh();
  }

  function register({ key, alt = [], choice, label, strong }) {
    api.keys.register({ key, alt, label: label.toLowerCase(), bar: false, action: (event) => choose(choice, strong && event?.shiftKey ? 2 : 1) });
    if (!strong) return;
    const shifted = [key, ...alt].map((k) => `Shift+${k}`);
    api.keys.register({ key: shifted[0], alt: shifted.slice(1), label: choice === "left" ? "much better" : "", caps: ["Shift", "ArrowLeft", "ArrowRight"], action: () => choose(choice, 2) });
  }

  // A short press of Tab goes to the other side and stays; held, it shows the other one until it is let go.
  function flick() {
    pair.flick(pair.root.dataset.flick === "left" ? "right" : "left");
    api.keys.refresh();
    if (pair.root.dataset.flick !== "right") return;
    const from = performance.now();
    const back = (event) => {
      if (event.key !== "Tab") return;
      document.removeEventListener("keyup", back);
      if (!isGone && performance.now() - from > 300) pair.flick("left");
    };
    document.addEventListener("keyup", back);
  }

  function swap() {
    isSwapped = !isSwapped;
    pair.swap(isSwapped);
    if (before) showBefore();
    api.keys.refresh();
  }

  // What was chosen before, where an answer is looked at again: as it was meant, on the side where it stands now.
  function showBefore() {
    buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(meant(CHOICES[i].choice) === before.choice)));
  }

  const isFree = () => document.activeElement === document.body || document.activeElement === stage;
  CHOICES.forEach(register);
  api.keys.register({ key: "-", label: "cannot judge", bar: false, action: () => choose("cannot_judge", 1) });
  api.keys.register({ key: "x", label: "swap the view", action: swap });
  if (pair.zoom) {
    api.keys.register({ key: "Tab", label: "flick in one place", when: isFree, action: flick });
    api.keys.register({ key: "Escape", label: "both", when: () => Boolean(pair.root.dataset.flick), action: () => pair.flick("") });
    registerZoom((entry) => api.keys.register(entry), { toggleZoom: () => pair.zoom.toggle(), fit: pair.zoom.fit });
  } else api.keys.register({ key: "d", label: "mark what differs", action: () => pair.mark() });
  panel.append(h("p", { class: "dock__question", text: item.question || (isText ? "Which text is better?" : "Which frame is better?") }),
    h("div", { class: "dock__choices" }, ...buttons));
  api.actions(button({ label: "Cannot judge", key: "-", kind: "quiet" }));
  if (isSwapped) pair.swap(true);
  if (before) showBefore();
  pair.ready.then((seen) => {
    if (isGone) return;
    isOpen = seen.every(Boolean);
    buttons.forEach((b) => { b.disabled = !isOpen; });
    api.say(isOpen ? "" : "One side cannot be shown. Skip this pair or say that you cannot judge.", "bad");
  });

  return {
    ready: photo ? photo.ready : pair.ready,
    answer: () => answer ?? before ?? { choice: "cannot_judge", strength: 1, reasons: [], swapped: isSwapped },
    isComplete: () => answer !== null,
    missing: () => "Choose a side first.",
    destroy() {
      isGone = true;
      chips?.();
      pair.destroy();
      photo?.destroy();
      holder.remove();
    },
  };
}
