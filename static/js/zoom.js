// Fit and 100 % of one picture, or of two that move together. The wheel zooms anywhere, a drag moves what is zoomed.

import { clamp, containRect } from "./geometry.js";

/** views: [{frame, img, width, height}]; sizes in picture pixels. maxFit: how far a small picture may grow to fit. */
export function createZoom(views, { maxFit = 2, isEqualArea = false, onChange = () => {} } = {}) {
  const state = { scale: null, cx: 0.5, cy: 0.5 };
  const watcher = new ResizeObserver(() => apply());
  const offs = [];

  // One picture pixel on one device pixel.
  const hundred = () => 1 / (devicePixelRatio || 1);

  // Pictures of different shape are fitted to one same area, so that neither weighs more by its size.
  function fitOf({ frame, width, height }) {
    const own = containRect(width, height, frame.clientWidth, frame.clientHeight, maxFit).scale;
    const shown = views.filter((v) => v.frame.clientWidth);
    if (!isEqualArea || shown.length < 2) return own;
    const areas = shown.map((v) => v.width * v.height * containRect(v.width, v.height, v.frame.clientWidth, v.frame.clientHeight, maxFit).scale ** 2);
    return Math.sqrt(Math.min(...areas) / (width * height));
  }

  function applyOne({ frame, img, width, height }) {
    const fw = frame.clientWidth;
    const fh = frame.clientHeight;
    const scale = state.scale ?? fitOf({ frame, width, height });
    const [w, h] = [width * scale, height * scale];
    const x = w <= fw ? (fw - w) / 2 : clamp(fw / 2 - state.cx * w, fw - w, 0);
    const y = h <= fh ? (fh - h) / 2 : clamp(fh / 2 - state.cy * h, fh - h, 0);
    Object.assign(img.style, { width: `${w}px`, height: `${h}px`, transform: `translate(${x}px, ${y}px)` });
    frame.toggleAttribute("data-zoomed", state.scale !== null);
  }

  function apply() {
    views.forEach(applyOne);
    onChange(state);
  }

  function pointOf(view, event) {
    const box = view.img.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width, 0, 1), clamp((event.clientY - box.top) / box.height, 0, 1)];
  }

  /** To 100 %, about a point of the picture; from there back to the whole. */
  function toggle(at = null) {
    if (state.scale === null) [state.cx, state.cy] = at || [state.cx, state.cy];
    state.scale = state.scale !== null && Math.abs(state.scale / hundred() - 1) < 0.001 ? null : hundred();
    apply();
  }

  function fit() {
    state.scale = null;
    apply();
  }

  function onWheel(view, event) {
    event.preventDefault();
    const fit = fitOf(view);
    const now = state.scale ?? fit;
    const next = clamp(now * Math.exp(-event.deltaY / 400), fit, 4 * hundred());
    const [px, py] = pointOf(view, event);
    state.cx += (px - state.cx) * (1 - now / next);
    state.cy += (py - state.cy) * (1 - now / next);
    state.scale = next <= fit * 1.001 ? null : next;
    apply();
  }

  function onDrag(view, down) {
    if (state.scale === null || down.button !== 0) return;
    view.frame.setPointerCapture(down.pointerId);
    const start = { ...state };
    const move = (event) => {
      state.cx = clamp(start.cx - (event.clientX - down.clientX) / (view.width * state.scale), 0, 1);
      state.cy = clamp(start.cy - (event.clientY - down.clientY) / (view.height * state.scale), 0, 1);
      apply();
    };
    const up = () => {
      view.frame.removeEventListener("pointermove", move);
      view.frame.removeEventListener("pointerup", up);
      view.frame.removeEventListener("pointercancel", up);
    };
    view.frame.addEventListener("pointermove", move);
    view.frame.addEventListener("pointerup", up);
    view.frame.addEventListener("pointercancel", up);
  }

  for (const view of views) {
    const handlers = {
      wheel: (event) => onWheel(view, event),
      pointerdown: (event) => onDrag(view, event),
      dblclick: (event) => toggle(pointOf(view, event)),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      view.frame.addEventListener(name, handler, { passive: false });
      offs.push(() => view.frame.removeEventListener(name, handler));
    }
    watcher.observe(view.frame);
  }
  apply();

  return {
    toggle,
    fit,
    apply,
    isZoomed: () => state.scale !== null,
    destroy() {
      watcher.disconnect();
      offs.forEach((off) => off());
    },
  };
}
