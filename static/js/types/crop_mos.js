// Crop scores: every crop of one photo gets a grade.
//
// item   {crops: [{place, url, width, height}], scale: [{value, label}], question?, photo?: {url, width, height}}
//        2 to 12 crops, shown at one same area in the order given; place is the server's name for the position
// answer {scores: [{place, score: int | null}]}   null: cannot be judged

import { button, h } from "../dom.js";
import { createGrid, createRange } from "../grid-score.js";
import { digitKeys, digitOf } from "../rating.js";

export function mount(item, stage, panel, api) {
  const saved = Object.fromEntries((api.saved?.scores || []).map((s) => [s.place, s.score]));
  let previous = null;
  let closeFull = null;
  api.setLayout("wide");
  const grid = createGrid(stage, { crops: item.crops, scale: item.scale, scores: saved, onChange });
  const range = createRange(item.scale);
  const done = button({ label: "Done", key: "Enter", kind: "primary" });
  const words = done.querySelector("span");

  function onChange() {
    say();
    api.changed();
  }

  function say() {
    const left = grid.left();
    words.textContent = left ? `${left} left` : "Done";
    done.disabled = left > 0;
    range.show(grid.read(), item.crops.length);
    api.say("");
    api.keys.refresh();
  }

  function move(event) {
    previous = grid.focused();
    grid.move(event.key);
  }

  function score(value) {
    previous = grid.focused();
    grid.score(value);
  }

  function enter() {
    if (grid.left()) openFull([grid.focused()]);
    else api.submit();
  }

  function compare() {
    const other = previous && previous !== grid.focused() ? previous : item.crops[(grid.focusedIndex() + 1) % item.crops.length];
    openFull([other, grid.focused()]);
  }

  // One or two crops large; the arrows change crop in the same place, digits score it.
  function openFull(crops) {
    const layer = api.keys.layer();
    const view = h("div", { class: "full-view", role: "group", "aria-label": "Large view" });
    const draw = (list) => view.replaceChildren(...list.map((crop) => h("img", { src: crop.url, alt: "Crop, large", class: crop === grid.focused() && list.length > 1 ? "is-focused" : "" })));
    closeFull = () => {
      layer.close();
      view.remove();
      closeFull = null;
    };
    const turn = (event) => {
      grid.move(event.key);
      draw([grid.focused()]);
    };
    draw(crops);
    stage.append(view);
    view.addEventListener("click", () => closeFull?.());
    ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].forEach((key, i) => layer.register({ key, action: turn, label: i === 0 ? "other crops here" : "", caps: ["ArrowLeft", "ArrowRight"] }));
    digitKeys(layer, item.scale, (value) => { closeFull(); score(value); }, "score and back");
    layer.register({ key: "Escape", alt: ["Enter", " "], label: "back to the grid", action: () => closeFull() });
  }

  panel.append(h("p", { class: "dock__question", text: item.question || "How good is each crop?" }), range.node);
  api.actions(done);
  ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].forEach((key, i) => api.keys.register({ key, action: move, repeat: true, label: i === 0 ? "move" : "", caps: ["ArrowLeft", "ArrowRight"] }));
  digitKeys(api.keys, item.scale, score, "score and go on");
  api.keys.register({ key: "-", alt: item.scale.some((s) => digitOf(s.value) === "0") ? [] : ["0"], label: "cannot judge", action: () => score(null) });
  api.keys.register({ key: "Backspace", label: "take back", action: () => grid.clear() });
  api.keys.register({ key: " ", alt: ["Shift+Enter"], label: "large", action: () => openFull([grid.focused()]) });
  api.keys.register({ key: "c", label: "compare two", action: compare });
  api.keys.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "done", action: enter, bar: false });
  say();

  return {
    ready: grid.ready,
    answer: () => ({ scores: grid.read() }),
    isComplete: () => grid.left() === 0,
    missing: () => `${grid.left()} of ${item.crops.length} crops have no score yet.`,
    destroy() {
      closeFull?.();
      grid.destroy();
    },
  };
}
