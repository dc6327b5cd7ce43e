// A closer look in a drawing tool: wheel and pinch zoom about the pointer, Space and drag moves, a double click or
// one key for 100 %.

import { clamp } from "./geometry.js";
import { isTyping } from "./keys.js";

const MOST = 4;

/**
 * root: takes the pointer; fit(): {width, height, room: [w, h]} of the whole photo; photo {width};
 * onChange() when size or place have changed. Returns {scale(), offset(), toggle(), whole(), hold, down, move, up, destroy()}.
 */
export function createCropZoom(root, { fit, photo, onChange }) {
  const state = { scale: 1, x: 0, y: 0 };
  const fingers = new Map();
  let pinch = null;
  let drag = null;
  let isSpace = false;

  const hundred = () => Math.max(1, photo.width / (devicePixelRatio || 1) / fit().width);

  function hold() {
    const { width, height, room } = fit();
    const slack = [(width * state.scale - room[0]) / 2, (height * state.scale - room[1]) / 2].map((s) => Math.max(0, s));
    state.x = clamp(state.x, -slack[0], slack[0]);
    state.y = clamp(state.y, -slack[1], slack[1]);
    root.toggleAttribute("data-zoomed", state.scale > 1);
  }

  // Keeps the point under the pointer where it is. The middle of the stage is the origin.
  function zoomTo(scale, [px, py]) {
    const next = clamp(scale, 1, Math.max(MOST, 2 * hundred()));
    const grown = next / state.scale;
    state.x = px - (px - state.x) * grown;
    state.y = py - (py - state.y) * grown;
    state.scale = next;
    hold();
    onChange();
  }

  function fromMiddle(event) {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  }

  function onWheel(event) {
    event.preventDefault();
    zoomTo(state.scale * Math.exp(-event.deltaY / 400), fromMiddle(event));
  }

  function span() {
    const [a, b] = [...fingers.values()];
    return { far: Math.hypot(a[0] - b[0], a[1] - b[1]) || 1, mid: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  }

  /** True when the pointer belongs to the zoom and not to the frame. */
  function down(event) {
    fingers.set(event.pointerId, fromMiddle(event));
    if (fingers.size === 2) pinch = { ...span(), scale: state.scale };
    else if (isSpace || event.button === 1) drag = { at: fromMiddle(event), x: state.x, y: state.y };
    return Boolean(pinch || drag);
  }

  function move(event) {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, fromMiddle(event));
    if (pinch && fingers.size > 1) {
      const now = span();
      state.x += now.mid[0] - pinch.mid[0];
      state.y += now.mid[1] - pinch.mid[1];
      pinch.mid = now.mid;
      zoomTo((pinch.scale * now.far) / pinch.far, now.mid);
    } else if (drag) {
      const at = fromMiddle(event);
      Object.assign(state, { x: drag.x + at[0] - drag.at[0], y: drag.y + at[1] - drag.at[1] });
      hold();
      onChange();
    }
    return Boolean(pinch || drag);
  }

  function up(event) {
    fingers.delete(event.pointerId);
    const was = Boolean(pinch || drag);
    drag = null;
    if (!fingers.size) pinch = null;
    return was;
  }

  function onSpace(event) {
    if (event.key !== " " || isTyping(event.target) || event.target.closest?.("button, a, summary, dialog, input")) return;
    event.preventDefault();
    isSpace = event.type === "keydown";
    root.toggleAttribute("data-grab", isSpace);
  }

  /** To 100 %, about a place; from there back to the whole photo. */
  function toggle(at = [0, 0]) {
    const full = hundred();
    zoomTo(Math.abs(state.scale - full) < 0.001 ? 1 : full, at);
    return state.scale > 1;
  }

  root.addEventListener("wheel", onWheel, { passive: false });
  root.addEventListener("dblclick", (event) => toggle(fromMiddle(event)));
  for (const type of ["keydown", "keyup"]) document.addEventListener(type, onSpace);

  return {
    scale: () => state.scale,
    offset: () => [state.x, state.y],
    hold,
    down,
    move,
    up,
    toggle: () => toggle(),
    whole: () => zoomTo(1, [0, 0]),
    destroy() {
      for (const type of ["keydown", "keyup"]) document.removeEventListener(type, onSpace);
    },
  };
}
