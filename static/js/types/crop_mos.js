// Crop scores: every crop of one photo gets a grade, side by side or one crop at a time.
//
// item   {crops: [{place, url, width, height}], scale: [{value, label}], mode?: "grid" | "single", question?,
//         reasons?: [{value, label}]}
//        2 to 12 crops, shown at one same area in the order given, or one; place is the server's name for the
//        position; reasons say why one crop cannot be judged
// answer {scores: [{place, score: int | null, rank?, reason?}]}   null: cannot be judged
//        rank, 1 for the best, where crops were put into an order; never against the scores

import { button, h } from "../dom.js";
import { mountSingle } from "../crop-single.js";
import { createGrid } from "../grid-score.js";
import { createRankStrip } from "../rank-strip.js";
import { digitKeys, digitOf } from "../rating.js";

export const mount = (item, ...rest) => (item.mode === "single" ? mountSingle : mountGrid)(item, ...rest);

function mountGrid(item, stage, panel, api) {
  let previous = null;
  let closeFull = null;
  api.setLayout("wide");
  const grid = createGrid(stage, { crops: item.crops, scale: item.scale, saved: api.saved?.scores, onChange });
  const strip = createRankStrip({
    scale: item.scale, crops: item.crops, onDrop: grid.place,
    onPick: (place) => { grid.focus(item.crops.findIndex((crop) => crop.place === place)); say(); },
  });
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
    strip.show(grid.ranking, grid.focused().place);
    api.say("");
    api.keys.refresh();
  }

  function move(event) {
    previous = grid.focused();
    grid.move(event.key);
    say();
  }

  function step(way) {
    if (!grid.step(way)) return api.say(grid.ranking.valueOf(String(grid.focused().place)) === null ? "Give it a score first; then it has a place in the order." : "");
    const place = String(grid.focused().place);
    return api.tell(`Crop ${grid.focusedIndex() + 1}: score ${grid.ranking.valueOf(place)}, rank ${grid.ranking.read()[place]}`);
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

  panel.append(h("p", { class: "dock__question", text: item.question || "How good is each crop?" }), strip.node);
  grid.pictures().forEach(([picture, crop]) => strip.canDrag(picture, crop));
  api.actions(done);
  ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].forEach((key, i) => api.keys.register({ key, action: move, repeat: true, label: i === 0 ? "move" : "", caps: ["ArrowLeft", "ArrowRight"] }));
  digitKeys(api.keys, item.scale, score, "score and go on");
  api.keys.register({ key: "-", alt: item.scale.some((s) => digitOf(s.value) === "0") ? [] : ["0"], label: "cannot judge", action: () => score(null) });
  api.keys.register({ key: "Backspace", label: "take back", action: () => grid.clear() });
  api.keys.register({ key: " ", alt: ["Shift+Enter"], label: "large", action: () => openFull([grid.focused()]) });
  api.keys.register({ key: "c", label: "compare two", action: compare });
  api.keys.register({ key: "Shift+ArrowLeft", alt: ["Shift+ArrowDown"], repeat: true, label: "order: worse, better", caps: ["Shift", "ArrowLeft", "ArrowRight"], action: () => step(-1) });
  api.keys.register({ key: "Shift+ArrowRight", alt: ["Shift+ArrowUp"], repeat: true, label: "", action: () => step(1) });
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
