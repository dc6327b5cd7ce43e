// The loupe: while its key is held, a lens over every photo on the stage shows the place under the pointer at 100 %,
// or at twice its shown size where that is more. Two photos are looked at in the same place. Without a pointer over
// a photo the lens begins in the middle, and arrows move it.

import { clamp } from "./geometry.js";
import { h } from "./dom.js";

const PHOTOS = ".view__img, .crop__area > .crop__img";
const SIDE = 300;
const STEP = 0.02;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const isSeen = (img) => img.naturalWidth > 0 && img.getBoundingClientRect().width > 0 && img.checkVisibility?.({ visibilityProperty: true }) !== false;

/** stage: whose photos are looked at. Returns {photos(): those it works on now, hold(event): from the key's action}. */
export function createLoupe(stage) {
  let pointer = null;
  const photos = () => [...stage.querySelectorAll(PHOTOS)].filter(isSeen);

  stage.addEventListener("pointermove", (event) => { pointer = [event.clientX, event.clientY]; }, { passive: true });
  stage.addEventListener("pointerleave", () => { pointer = null; });

  // Where in a photo, in shares of it, the pointer is.
  function placeUnder(imgs) {
    for (const img of pointer ? imgs : []) {
      const box = img.getBoundingClientRect();
      const at = [(pointer[0] - box.left) / box.width, (pointer[1] - box.top) / box.height];
      if (at.every((v) => v >= 0 && v <= 1)) return at;
    }
    return null;
  }

  function lensOf(img) {
    const copy = h("img", { src: img.currentSrc || img.src, alt: "", draggable: false });
    const node = h("div", { class: "loupe", "aria-hidden": "true" }, copy);
    stage.append(node);
    return { img, copy, node };
  }

  function put({ img, copy, node }, [x, y]) {
    const shown = img.getBoundingClientRect();
    const room = stage.getBoundingClientRect();
    const scale = Math.max(1 / (devicePixelRatio || 1), (2 * shown.width) / img.naturalWidth);
    const [w, hgt] = [img.naturalWidth * scale, img.naturalHeight * scale];
    const left = clamp(shown.left - room.left + x * shown.width - SIDE / 2, 0, Math.max(0, room.width - SIDE));
    const top = clamp(shown.top - room.top + y * shown.height - SIDE / 2, 0, Math.max(0, room.height - SIDE));
    Object.assign(node.style, { width: `${SIDE}px`, height: `${SIDE}px`, left: `${left}px`, top: `${top}px` });
    Object.assign(copy.style, { width: `${w}px`, height: `${hgt}px`, transform: `translate(${SIDE / 2 - x * w}px, ${SIDE / 2 - y * hgt}px)` });
  }

  /** Opens the lens until the key is let go; a click on the key's button shows it until the next key or click. */
  function hold(event) {
    const imgs = photos();
    if (!imgs.length || stage.querySelector(".loupe")) return;
    const at = placeUnder(imgs) || [0.5, 0.5];
    const lenses = imgs.map(lensOf);
    const code = event?.type === "keydown" ? event.code : null;
    const draw = () => lenses.forEach((lens) => put(lens, at));
    const move = (next) => {
      next.forEach((v, i) => { at[i] = clamp(v, 0, 1); });
      draw();
    };
    const onMove = () => {
      const next = placeUnder(imgs);
      if (next) move(next);
    };
    const onKey = (pressed) => {
      const dir = ARROWS[pressed.key];
      if (dir) move(at.map((v, i) => v + dir[i] * STEP * (pressed.shiftKey ? 5 : 1)));
      else if (pressed.code === code || !code) return code ? pressed.preventDefault() : close();
      else return close();
      pressed.preventDefault();
      return pressed.stopPropagation();
    };
    const onRelease = (up) => up.code === code && close();
    function close() {
      lenses.forEach(({ node }) => node.remove());
      stage.removeEventListener("pointermove", onMove);
      removeEventListener("keydown", onKey, true);
      removeEventListener("keyup", onRelease, true);
      removeEventListener("blur", close);
      removeEventListener("pointerdown", close, true);
    }
    stage.addEventListener("pointermove", onMove, { passive: true });
    addEventListener("keydown", onKey, true);
    addEventListener("keyup", onRelease, true);
    addEventListener("blur", close);
    if (!code) addEventListener("pointerdown", close, true);
    draw();
  }

  return { photos, hold };
}
