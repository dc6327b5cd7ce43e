// Before and after in one place: left of a line the photo as it is, right of it the crop alone. The line is dragged,
// or moved by arrow keys while it has the focus.

import { clamp } from "./geometry.js";
import { h } from "./dom.js";

const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };

/** photo: a photo stage; box: the crop, normalised. Returns {isOpen(), toggle(), setBox(box)}; it goes with the photo. */
export function createWipe(photo, box) {
  const hole = h("div", { class: "wipe__hole" });
  const cover = h("div", { class: "wipe__cover" }, hole);
  const line = h("div", { class: "wipe__line", role: "slider", tabindex: "0", "aria-label": "Line between the photo and the crop", "aria-valuemin": "0", "aria-valuemax": "100", onkeydown: onKey, onpointerdown: onDown });
  const node = h("div", { class: "outline wipe", hidden: true }, cover, line);
  let at = 50;
  photo.follow(node);
  setBox(box);
  set(at);

  function setBox([x1, y1, x2, y2]) {
    Object.assign(hole.style, { left: `${x1 * 100}%`, top: `${y1 * 100}%`, width: `${(x2 - x1) * 100}%`, height: `${(y2 - y1) * 100}%` });
  }

  function set(next) {
    at = clamp(next, 0, 100);
    line.style.left = `${at}%`;
    cover.style.clipPath = `inset(-1px -1px -1px ${at}%)`;
    line.setAttribute("aria-valuenow", String(Math.round(at)));
    line.setAttribute("aria-valuetext", `the crop alone from ${Math.round(at)} % of the width on`);
  }

  function onKey(event) {
    const to = { Home: 0, End: 100 }[event.key] ?? (STEPS[event.key] && at + STEPS[event.key] * (event.shiftKey ? 5 : 1));
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
  }

  function onDown(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    line.setPointerCapture(event.pointerId);
    line.focus({ preventScroll: true });
    const move = (e) => {
      const shown = photo.img.getBoundingClientRect();
      set(((e.clientX - shown.left) / shown.width) * 100);
    };
    line.addEventListener("pointermove", move);
    line.addEventListener("lostpointercapture", () => line.removeEventListener("pointermove", move), { once: true });
  }

  return {
    isOpen: () => !node.hidden,
    toggle() {
      node.hidden = !node.hidden;
      if (!node.hidden) line.focus({ preventScroll: true });
      return !node.hidden;
    },
    setBox,
  };
}
