// Two pictures or two texts of one photo, side by side. Tab, held, flicks to the other one in the same place.
// The choice opens when both pictures can be seen, or when both texts were scrolled to their end or had two seconds.

import { wordDiff } from "./diff-view.js";
import { decoded, h } from "./dom.js";
import { createZoom } from "./zoom.js";

const READING = 2000;

function side(content, name) {
  if (content.url) {
    const img = h("img", { class: "view__img", src: content.url, alt: name, draggable: false, decoding: "async" });
    const frame = h("div", { class: "view" }, img);
    return { node: h("figure", { class: "pair-side", "aria-label": name }, frame), frame, img, width: content.width, height: content.height };
  }
  const text = h("div", { class: "pair-text reading prewrap", tabindex: "0", role: "region", "aria-label": name, dir: "auto", text: content.text });
  return { node: h("figure", { class: "pair-side pair-side--text" }, text), text, words: content.text };
}

const isAtEnd = (node) => node.scrollTop + node.clientHeight >= node.scrollHeight - 2;

// Two seconds with both texts, or less where both are long and were scrolled to their end.
function read(texts) {
  return new Promise((resolve) => {
    const done = () => resolve([true, true]);
    const timer = setTimeout(done, READING);
    const ended = new Set();
    texts.forEach((node) => node.addEventListener("scroll", () => {
      if (isAtEnd(node)) ended.add(node);
      if (ended.size < texts.length) return;
      clearTimeout(timer);
      done();
    }, { passive: true }));
  });
}

// What only this text says, marked; the rest as it is.
function marked(words, other) {
  return wordDiff(other, words).filter(([op]) => op !== "delete").map(([op, text]) => (op === "equal" ? text : h("mark", { text })));
}

/** left, right: {url, width, height} or {text}. Returns {root, ready, flick(on), swap(on), mark(), zoom, destroy}. */
export function createPair(stage, left, right) {
  const sides = [side(left, "Left"), side(right, "Right")];
  const root = h("div", { class: "pair-stage" }, ...sides.map((s) => s.node));
  stage.append(root);
  const pictures = sides.filter((s) => s.img);
  const texts = sides.filter((s) => s.text);
  const zoom = pictures.length === 2 ? createZoom(pictures, { isEqualArea: true }) : null;
  let isMarked = false;
  const ready = pictures.length ? Promise.all(pictures.map((s) => decoded(s.img))) : read(texts.map((s) => s.text));

  return {
    root,
    ready,
    zoom,
    /** "left", "right" or "" shows one alone in the middle, or both. */
    flick(which) {
      root.dataset.flick = which;
      zoom?.apply();
    },
    /** Puts what the server calls left on the right of this screen, or back. */
    swap(isSwapped) {
      root.append(...(isSwapped ? [...sides].reverse() : sides).map((s) => s.node));
      sides.forEach((s, i) => (s.text || s.node).setAttribute("aria-label", (i === 0) !== isSwapped ? "Left" : "Right"));
      zoom?.apply();
    },
    /** Marks the words in which two texts differ, or takes the marks away. */
    mark() {
      if (texts.length < 2) return;
      isMarked = !isMarked;
      texts.forEach((s, i) => s.text.replaceChildren(...(isMarked ? marked(s.words, texts[1 - i].words) : [s.words])));
    },
    destroy() {
      zoom?.destroy();
      root.remove();
    },
  };
}
