// The crop tool. Draw by dragging, eight handles, inside moves; keys nudge and resize; ratios, lock, overlays,
// lights out, before and after, a closer look, ghost of a draft, undo and redo. The geometry itself lives in geometry.js.
//
// createCropBox(stage, photo, options) with options
//   box, ghost   normalised boxes or null          ratio    pixels ratio or null (free)
//   ghostLabel   whose the ghost is: "draft" where nothing else is said
//   overlay      "thirds", "spiral 3": overlays.js     min      smallest side, normalised (0.05)
//   first        the box that a key starts from
//   onChange({box, isSettled})                      onReason(words): why a drag or key stopped
// A gesture is one step of undo; nudges in quick succession are one step too.

import { decoded, h, svg } from "./dom.js";
import {
  FULL, HANDLES, clamp, containRect, drawBox, fitRatio, height, iou, moveBox, ratioOf, resizeBox, roundBox, same, width,
} from "./geometry.js";
import { placeCrop } from "./crop-view.js";
import { createCropZoom } from "./crop-zoom.js";
import { OVERLAYS, overlayPath, readOverlay, turnsOf, writeOverlay } from "./overlays.js";

const HANDLE_NAMES = {
  nw: "Top left corner", n: "Top edge", ne: "Top right corner", e: "Right edge",
  se: "Bottom right corner", s: "Bottom edge", sw: "Bottom left corner", w: "Left edge",
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const EDGE = "The frame stops at the photo's edge.";
const SLACK = 4;

export function createCropBox(stage, photo, options = {}) {
  const aspect = photo.width / photo.height;
  const onChange = options.onChange || (() => {});
  const onReason = options.onReason || (() => {});
  const state = {
    box: options.box ? roundBox(options.box) : null,
    ratio: options.ratio ?? null,
    overlay: readOverlay(options.overlay || "thirds"),
    lights: false,
    after: false,
  };
  const histories = new Map();
  let history = { past: [], future: [], nudgedAt: 0 };
  const dom = build(photo);
  const smallest = options.min ?? 0.05;
  const min = [smallest, smallest];
  const small = `The frame cannot be smaller than ${Math.round(smallest * 100)} % of a side.`;
  let rect = { width: 1, height: 1 };
  let fit = { width: 1, height: 1, room: [1, 1] };
  let gesture = null;

  stage.append(dom.root);
  const zoom = createCropZoom(dom.root, { photo, fit: () => fit, onChange: layout });
  const watcher = new ResizeObserver(layout);
  watcher.observe(dom.root);

  // ---- drawing -------------------------------------------------------------------------------

  function layout() {
    const style = getComputedStyle(dom.root);
    const room = [dom.root.clientWidth - 2 * parseFloat(style.paddingLeft), dom.root.clientHeight - 2 * parseFloat(style.paddingTop)];
    const whole = containRect(photo.width, photo.height, Math.max(room[0], 1), Math.max(room[1], 1), 2);
    fit = { width: whole.width, height: whole.height, room };
    zoom.hold();
    const [x, y] = zoom.offset();
    rect = { width: whole.width * zoom.scale(), height: whole.height * zoom.scale() };
    Object.assign(dom.area.style, { width: `${rect.width}px`, height: `${rect.height}px`, transform: `translate(${x}px, ${y}px)` });
    draw();
  }

  function put(node, box) {
    Object.assign(node.style, {
      left: `${box[0] * 100}%`, top: `${box[1] * 100}%`, width: `${width(box) * 100}%`, height: `${height(box) * 100}%`,
    });
  }

  function draw() {
    const { box } = state;
    dom.root.toggleAttribute("data-lights", state.lights);
    dom.root.toggleAttribute("data-after", state.after && Boolean(box));
    dom.frame.hidden = !box;
    dom.hole.hidden = !box;
    dom.hint.hidden = Boolean(box) || state.after;
    if (box) {
      put(dom.frame, box);
      put(dom.hole, box);
      drawOverlay();
      dom.frame.setAttribute("aria-description", wordsOf(box));
      if (state.after) drawAfter();
    }
  }

  function drawOverlay() {
    const w = Math.max(width(state.box) * rect.width, 1);
    const hgt = Math.max(height(state.box) * rect.height, 1);
    dom.overlay.setAttribute("viewBox", `0 0 ${w} ${hgt}`);
    const d = overlayPath(state.overlay.name, w, hgt, state.overlay.turn);
    dom.overlay.querySelectorAll("path").forEach((path) => path.setAttribute("d", d));
  }

  function drawAfter() {
    const view = dom.after;
    view.dataset.width = photo.width;
    view.dataset.height = photo.height;
    placeCrop(view, state.box);
  }

  function wordsOf(box) {
    const px = [width(box) * photo.width, height(box) * photo.height].map(Math.round);
    return `${px[0]} by ${px[1]} pixels, ${Math.round(width(box) * height(box) * 100)} per cent of the photo kept`;
  }

  // ---- changing ------------------------------------------------------------------------------

  function change(result, { isSettled = false } = {}) {
    state.box = roundBox(result.box);
    if (result.small) onReason(small);
    else if (result.stopped) onReason(EDGE);
    else onReason("");
    draw();
    onChange({ box: state.box.slice(), isSettled });
  }

  function remember(before) {
    if (same(before, state.box) || (!before && !state.box)) return;
    history.past.push(before);
    history.future = [];
  }

  function step(result) {
    const before = state.box;
    const isRun = performance.now() - history.nudgedAt < 500 && history.past.length;
    change(result, { isSettled: true });
    if (!isRun) remember(before);
    history.nudgedAt = performance.now();
  }

  function replace(box) {
    const before = state.box;
    state.box = box ? roundBox(box) : null;
    history.nudgedAt = 0;
    remember(before);
    onReason("");
    draw();
    onChange({ box: state.box && state.box.slice(), isSettled: true });
  }

  function travel(from, to) {
    if (!from.length) return false;
    to.push(state.box);
    state.box = from.pop();
    history.nudgedAt = 0;
    draw();
    onChange({ box: state.box && state.box.slice(), isSettled: true });
    return true;
  }

  /** A frame to begin with where there is none: the middle of the photo at the ratio in force. */
  function start() {
    replace(fitRatio(options.first || [0.1, 0.1, 0.9, 0.9], state.ratio || aspect, aspect, min));
  }

  const limits = (event) => ({
    aspect, min, centre: Boolean(event?.altKey),
    ratio: state.ratio || (event?.shiftKey && state.box ? ratioOf(state.box, aspect) : null),
  });

  // ---- pointer -------------------------------------------------------------------------------

  function pointOf(event) {
    const at = dom.area.getBoundingClientRect();
    return [clamp((event.clientX - at.left) / at.width, 0, 1), clamp((event.clientY - at.top) / at.height, 0, 1)];
  }

  function rawPointOf(event) {
    const at = dom.area.getBoundingClientRect();
    return [(event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height];
  }

  const fillsPhoto = () => state.box && width(state.box) > 0.985 && height(state.box) > 0.985;

  function kindOf(event) {
    const handle = event.target.closest?.("[data-handle]");
    if (handle) return handle.dataset.handle;
    const isInside = event.target.closest?.("[data-frame]") && !fillsPhoto() && !event.ctrlKey && !event.metaKey;
    return isInside ? "move" : "draw";
  }

  function onDown(event) {
    if (event.button > 1 || state.after) return;
    event.preventDefault();
    dom.root.setPointerCapture(event.pointerId);
    if (zoom.down(event)) {
      onCancel();
      return;
    }
    if (event.button !== 0) return;
    gesture = { kind: kindOf(event), at: rawPointOf(event), from: pointOf(event), before: state.box, x: event.clientX, y: event.clientY, live: false };
    dom.frame.focus({ preventScroll: true, focusVisible: false });
  }

  function onMove(event) {
    if (zoom.move(event) || !gesture) return;
    if (!gesture.live && Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y) < SLACK) return;
    gesture.live = true;
    const at = rawPointOf(event);
    const [dx, dy] = [at[0] - gesture.at[0], at[1] - gesture.at[1]];
    if (gesture.kind === "draw") change(drawBox(gesture.from, at, limits(event)));
    else if (gesture.kind === "move") change(moveBox(gesture.before, dx, dy));
    else change(resizeBox(gesture.before, gesture.kind, dx, dy, limits(event)));
    dom.root.toggleAttribute("data-dragging", true);
  }

  function onUp(event) {
    if (zoom.up(event) || !gesture) return;
    const { before, live } = gesture;
    gesture = null;
    dom.root.toggleAttribute("data-dragging", false);
    onReason("");
    if (!live) return;
    history.nudgedAt = 0;
    remember(before);
    onChange({ box: state.box.slice(), isSettled: true });
  }

  function onCancel() {
    if (!gesture) return;
    state.box = gesture.before;
    gesture = null;
    dom.root.toggleAttribute("data-dragging", false);
    draw();
    onChange({ box: state.box && state.box.slice(), isSettled: true });
  }

  dom.root.addEventListener("pointerdown", onDown);
  dom.root.addEventListener("pointermove", onMove);
  dom.root.addEventListener("pointerup", onUp);
  dom.root.addEventListener("pointercancel", (event) => {
    zoom.up(event);
    onCancel();
  });

  // ---- keys ----------------------------------------------------------------------------------

  /** One arrow key: moves, with Alt resizes, with Shift ten times as far; on a focused handle it drags that. */
  function arrow(event) {
    const dir = ARROWS[event.key];
    if (!dir) return false;
    if (!state.box) {
      start();
      return true;
    }
    const far = event.shiftKey ? 10 : 1;
    const d = [(dir[0] * far) / rect.width, (dir[1] * far) / rect.height];
    const handle = document.activeElement?.dataset?.handle;
    if (handle) step(resizeBox(state.box, handle, d[0], d[1], { aspect, min, ratio: state.ratio }));
    else if (event.altKey) step(resizeBox(state.box, dir[0] ? "e" : "s", d[0], d[1], { aspect, min, ratio: state.ratio }));
    else step(moveBox(state.box, d[0], d[1]));
    return true;
  }

  // ---- what others may ask -------------------------------------------------------------------

  function setRatio(ratio) {
    state.ratio = ratio;
    if (ratio && state.box) replace(fitRatio(state.box, ratio, aspect, min));
    else if (ratio) start();
  }

  function swap() {
    if (!state.box) return;
    const turned = 1 / ratioOf(state.box, aspect);
    if (state.ratio) state.ratio = 1 / state.ratio;
    replace(fitRatio(state.box, turned, aspect, min));
  }

  function setOverlay(stored) {
    state.overlay = readOverlay(stored);
    draw();
    return writeOverlay(state.overlay);
  }

  function setOthers(boxes) {
    dom.others.replaceChildren(...boxes.map(({ box, label, tone }) => lineBox(box, label, tone ? `crop__other tone-${tone}` : "crop__other")));
  }

  function setGhost(box, label = options.ghostLabel || "draft") {
    dom.ghost.replaceChildren(...(box ? [lineBox(box, label, "crop__ghost")] : []));
  }

  function lineBox(box, label, name) {
    const node = h("div", { class: name }, h("span", { text: label }));
    put(node, box);
    return node;
  }

  function destroy() {
    watcher.disconnect();
    zoom.destroy();
    dom.root.remove();
  }

  setGhost(options.ghost || null);
  layout();

  return {
    root: dom.root,
    frame: dom.frame,
    ready: decoded(dom.img),
    box: () => state.box && state.box.slice(),
    ratio: () => state.ratio,
    overlay: () => writeOverlay(state.overlay),
    displayed: () => ({ width: rect.width, height: rect.height }),
    iouWith: (other) => (state.box && other ? iou(state.box, other) : null),
    set: replace,
    /** Shows another of several frames: `name` (any value) keeps its ratio and its own steps of undo. */
    load(box, name, ratio = state.ratio) {
      state.box = box ? roundBox(box) : null;
      state.ratio = ratio;
      if (!histories.has(name)) histories.set(name, { past: [], future: [], nudgedAt: 0 });
      history = histories.get(name);
      draw();
    },
    toggleZoom: zoom.toggle,
    fit: zoom.whole,
    arrow,
    start,
    setRatio,
    toggleLock() {
      state.ratio = state.ratio ? null : state.box ? ratioOf(state.box, aspect) : aspect;
      return state.ratio;
    },
    swap,
    setOverlay,
    nextOverlay: () => setOverlay(OVERLAYS[(OVERLAYS.indexOf(state.overlay.name) + 1) % OVERLAYS.length]),
    turnOverlay: () => setOverlay(writeOverlay({ ...state.overlay, turn: (state.overlay.turn + 1) % turnsOf(state.overlay.name) })),
    toggleLights() {
      state.lights = !state.lights;
      draw();
    },
    toggleAfter() {
      state.after = !state.after;
      draw();
      return state.after;
    },
    /** Escape: ends a drag as if it had not begun, then the closer look; false where there is neither. */
    escape() {
      if (gesture) onCancel();
      else if (zoom.scale() > 1) zoom.whole();
      else return false;
      return true;
    },
    undo: () => travel(history.past, history.future),
    redo: () => travel(history.future, history.past),
    reset: () => replace(options.ghost || null),
    setOthers,
    setGhost,
    destroy,
    full: FULL,
  };
}

function build(photo) {
  const img = h("img", { class: "crop__img", src: photo.url, alt: "The photo to crop", draggable: false, decoding: "async" });
  const hole = h("div", { class: "crop__hole", hidden: true });
  const overlay = svg("svg", { class: "crop__overlay", "aria-hidden": "true", preserveAspectRatio: "none" }, svg("path", { class: "case" }), svg("path", { class: "line" }));
  const handles = HANDLES.map((name) => h("button", { type: "button", class: "crop__handle", "data-handle": name, "aria-label": HANDLE_NAMES[name] }));
  const frame = h(
    "div",
    { class: "crop__frame", "data-frame": "", tabindex: "0", role: "group", "aria-label": "Crop frame", hidden: true },
    overlay, ...handles,
  );
  const others = h("div", { class: "crop__lines" });
  const ghost = h("div", { class: "crop__lines" });
  const hint = h("p", { class: "crop__hint", text: "Drag on the photo to draw the frame." });
  const after = h("div", { class: "crop__after crop-view", "data-fixed": "" }, h("img", { src: photo.url, alt: "The photo cut to the frame" }));
  const area = h("div", { class: "crop__area" }, img, h("div", { class: "crop__shade" }, hole), others, ghost, frame);
  const root = h("div", { class: "crop" }, area, after, hint);
  return { root, area, img, hole, overlay, frame, others, ghost, hint, after };
}
