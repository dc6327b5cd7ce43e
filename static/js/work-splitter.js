// The edge between stage and panel: dragged or moved by arrow keys, remembered in this browser.

import { clamp } from "./geometry.js";
import { recall, remember } from "./stored.js";

const [LEAST, MOST, STEP] = [20, 44, 1];
const PLACE = "panel-width";

/** node: the separator [data-splitter] of the shell. Widths are in rem, so that larger text keeps its lines. */
export function wireSplitter(shell, node) {
  if (!node) return;
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const now = () => shell.querySelector(".panel").getBoundingClientRect().width / rem();

  function set(width, { isKept = true } = {}) {
    const widest = Math.max(LEAST, Math.min(MOST, innerWidth / rem() / 2));
    const next = clamp(width, LEAST, widest);
    shell.style.setProperty("--panel", `${next}rem`);
    node.setAttribute("aria-valuenow", String(Math.round(next)));
    if (isKept) remember(PLACE, next.toFixed(2));
  }

  function onKey(event) {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set(now() + step);
  }

  function onDown(event) {
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    const start = [event.clientX, now()];
    const move = (e) => set(start[1] - (e.clientX - start[0]) / rem());
    const up = () => node.removeEventListener("pointermove", move);
    node.addEventListener("pointermove", move);
    node.addEventListener("lostpointercapture", up, { once: true });
  }

  node.setAttribute("aria-valuemin", String(LEAST));
  node.setAttribute("aria-valuemax", String(MOST));
  node.addEventListener("keydown", onKey);
  node.addEventListener("pointerdown", onDown);
  const kept = Number(recall(PLACE, ""));
  if (kept) set(kept, { isKept: false });
  else node.setAttribute("aria-valuenow", String(Math.round(now()) || LEAST));
}
