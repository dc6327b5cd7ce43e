// The strip under the crops: the scale with every crop where its score puts it, so that one sees how much of the
// scale is used. Dragging a crop here gives its score and its place among those with the same one.

import { h } from "./dom.js";

const FAR = 6; // pixels from which a press is a drag

/** scale: [{value, label}]; crops: [{place, url, width, height}]. onDrop(place, value, at), onPick(place). */
export function createRankStrip({ scale, crops, onDrop, onPick }) {
  const bins = scale.map((step) => {
    const row = h("div", { class: "rank-strip__row" });
    const node = h("li", { "data-value": String(step.value) }, h("p", { class: "rank-strip__head" }, h("b", { text: String(step.value) }), step.label), row);
    return { step, row, node };
  });
  const node = h("ul", { class: "rank-strip", "aria-label": "Crops by score, the best on the right" }, ...bins.map((b) => b.node));
  const thumbs = new Map(crops.map((crop, i) => [String(crop.place), thumb(crop, i)]));

  function thumb(crop, i) {
    const made = h("button", { type: "button", class: "rank-strip__thumb", tabindex: -1, "aria-label": `Crop ${i + 1}`, title: `crop ${i + 1}: drag it to order`, onclick: () => onPick(crop.place) },
      h("img", { src: crop.url, alt: "", draggable: false }));
    canDrag(made, crop);
    return made;
  }

  // Where a drop at this point would go: a grade, and before how many of its crops.
  function target(x, y, place) {
    const over = bins.find(({ node: each }) => {
      const box = each.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top - 12 && y <= box.bottom + 12;
    });
    if (!over) return null;
    const centres = [...over.row.children].map((each) => each.getBoundingClientRect()).map((box) => box.left + box.width / 2);
    return { ...over, at: centres.filter((centre) => centre < x).length, place };
  }

  function mark(found) {
    bins.forEach((each) => each.node.toggleAttribute("data-over", each.node === found?.node));
  }

  /** Lets a crop be dragged into the strip by this node, here or in the grid. */
  function canDrag(from, crop) {
    from.addEventListener("pointerdown", (down) => {
      if (down.button) return;
      let ghost = null;
      const move = (event) => {
        if (!ghost && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < FAR) return;
        ghost ??= document.body.appendChild(h("img", { class: "rank-ghost", src: crop.url, alt: "" }));
        Object.assign(ghost.style, { left: `${event.clientX}px`, top: `${event.clientY}px` });
        mark(target(event.clientX, event.clientY));
      };
      const end = (event) => {
        ["pointermove", "pointerup", "pointercancel"].forEach((name) => document.removeEventListener(name, name === "pointermove" ? move : end));
        const found = ghost && event.type === "pointerup" ? target(event.clientX, event.clientY) : null;
        ghost?.remove();
        mark(null);
        if (found) onDrop(crop.place, found.step.value, found.at);
      };
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
    });
  }

  return {
    node,
    canDrag,
    /** ranking: of `ranking.js`; focused: the place that keys act on. */
    show(ranking, focused) {
      bins.forEach(({ step, row, node: bin }) => {
        const here = ranking.at(step.value).map((place) => thumbs.get(String(place)));
        if (here.length !== row.children.length || here.some((each, i) => each !== row.children[i])) row.replaceChildren(...here);
        bin.toggleAttribute("data-used", here.length > 0);
      });
      thumbs.forEach((each, place) => each.toggleAttribute("data-focused", place === String(focused)));
    },
  };
}
