// Texts read sentence by sentence: one is chosen, marked, tied to a place in the photo, edited or restored.
// Reviews of guidance and of rationales are made of it.

import { h } from "./dom.js";
import { createDoubts } from "./text-doubts.js";
import { createEditTrail } from "./edit-trail.js";
import { openRegionFix } from "./region-fix.js";
import { createRegions } from "./regions.js";
import { createTextBlock } from "./text-block.js";

// Advice names what is not there yet; only what a text says of the photo is held against it.
const ADVICE = ["guidance"];
const VIEWS = ["text", "changes", "beside"];

/**
 * texts   [{name, title, draft, value}]               kinds    [{name, key, sign, words?}]: the marks there are
 * marks, regions: Maps "name:index of the draft's sentence" to mark and box; warn(text, block): warnings while typing
 */
export function createSentenceDesk({ api, photo, texts, kinds, marks, regions, onChange, warn }) {
  const state = { block: null, view: 0, hover: "" };
  const chips = kinds.map((m) => h("button", { type: "button", class: "chip", "data-mark": m.name, onclick: () => setMark(m.name) }, h("span", { class: "chip__cap", text: m.key }), m.words || m.name));
  const place = h("span", { class: "dim small" });
  const drawWords = h("span", {});
  const draw = h("button", { type: "button", class: "chip", "data-key": "p", "data-cap-at": "start" }, drawWords);
  const unlink = h("button", { type: "button", class: "chip", "data-key": "Delete", "data-cap-at": "start" }, "no place");
  const restore = h("button", { type: "button", class: "chip", "data-key": "Backspace", "data-cap-at": "start" }, "restore sentence");
  const rest = h("button", { type: "button", class: "chip", "data-key": "m", "data-cap-at": "start" }, `the rest ${kinds[0].words || kinds[0].name}`);
  let isReadOneByOne = false;
  const past = []; // marks and places as they were before each change of them
  const bar = h("div", { class: "mark-bar chips" }, ...chips, rest, draw, unlink, restore, place);
  const layer = createRegions(photo, { isReady: () => chosen()?.index >= 0, onDraw: (box) => link(box) });
  const blocks = texts.map((text) => createTextBlock({ ...text, kinds, marks, regions, warn, onChange: noted, onFocus, onHover }));
  const doubts = createDoubts({ blocks: blocks.filter((b) => !ADVICE.includes(b.name)), ask: api.doubts });
  const trail = createEditTrail(Object.fromEntries(texts.map(({ name, value }) => [name, value])), { saved: api.saved?.edits });

  const chosen = () => (state.block?.isEditing() ? null : state.block?.focusedUnit() || null);
  const keyOf = (unit) => `${state.block.name}:${unit.index}`;
  const good = kinds[0];
  const unmarked = () => blocks.flatMap((b) => b.units().filter((unit) => unit.index >= 0).map((unit) => `${b.name}:${unit.index}`)).filter((key) => !marks.has(key));

  function noted() {
    blocks.forEach((b) => trail.note(b.name, b.value()));
    if (api.doubts) doubts.ask();
    onChange();
  }

  function onFocus(block) {
    state.block = block;
    blocks.forEach((b) => b !== block && b.focusedIndex() >= 0 && b.focus(-1));
    showBar();
  }

  function onHover(key) {
    state.hover = key;
    showRegions();
  }

  function showRegions() {
    const unit = chosen();
    const lit = state.hover || (unit ? keyOf(unit) : "");
    layer.show([...regions].map(([key, box]) => ({ box, isLit: key === lit })));
  }

  function showBar() {
    const unit = chosen();
    showRegions();
    if (!unit) {
      bar.remove();
      return;
    }
    state.block.node.append(bar);
    chips.forEach((chip) => {
      chip.setAttribute("aria-pressed", String(unit.mark === chip.dataset.mark));
      chip.hidden = unit.index < 0;
    });
    const isTied = regions.has(keyOf(unit));
    draw.hidden = unit.index < 0;
    rest.hidden = !unmarked().length;
    drawWords.textContent = isTied ? "move its place" : "its place in the photo";
    unlink.hidden = !isTied;
    restore.hidden = !state.block.canRestore();
    place.textContent = unit.index < 0 ? "Your own words are not marked." : `${unit.at + 1} of ${unit.of}${isTied ? "" : ". A drag on the photo ties it to a place."}`;
    // The sentence and what can be done with it are both in sight.
    bar.scrollIntoView({ block: "nearest" });
    state.block.node.querySelector("[data-focused]")?.scrollIntoView({ block: "nearest" });
    api.keys.refresh();
  }

  function changed() {
    showBar();
    onChange();
  }

  // ---- marks and places, and the way back ----------------------------------------------------

  const remember = () => past.push([[...marks], [...regions]]);

  function refill(map, entries) {
    map.clear();
    entries.forEach(([key, value]) => map.set(key, value));
  }

  function takeBack() {
    const [oldMarks, oldRegions] = past.pop();
    refill(marks, oldMarks);
    refill(regions, oldRegions);
    blocks.forEach((b) => b.redraw());
    api.tell("Marks and places are as they were before.");
    changed();
  }

  /** M: every sentence that has no mark yet is right. */
  function markRest() {
    const open = unmarked();
    remember();
    open.forEach((key) => marks.set(key, good.name));
    blocks.forEach((b) => b.redraw());
    api.tell(`${open.length} sentences are marked ${good.words || good.name}. Ctrl and Z takes it back.`);
    changed();
  }

  function setMark(name) {
    if (!chosen()) step(1);
    const unit = chosen();
    if (unit?.index >= 0) remember();
    isReadOneByOne = true;
    state.block.mark(name);
    if (unit) api.tell(`Sentence ${unit.at + 1}: ${marks.get(keyOf(unit)) || "no mark"}.`);
    changed();
  }

  function link(box) {
    const unit = chosen();
    remember();
    regions.set(keyOf(unit), box);
    state.block.redraw();
    api.tell(`Sentence ${unit.at + 1} is tied to a place in the photo.`);
    changed();
  }

  /** P: the place of the chosen sentence, drawn and moved by keys. */
  function askPlace() {
    if (!chosen()) step(1);
    const unit = chosen();
    if (!(unit?.index >= 0)) return;
    const { block } = state;
    openRegionFix({ api, stage: photo.frame.parentElement, photo: photo.photo, box: regions.get(keyOf(unit)) || null, words: unit.text, onDone: (box) => {
      block.focus(unit.at);
      link(box);
    } });
  }

  function cut() {
    remember();
    regions.delete(keyOf(chosen()));
    state.block.redraw();
    changed();
  }

  function step(d) {
    const list = blocks.flatMap((b) => b.units().map((_, i) => [b, i]));
    if (!list.length) return;
    const here = list.findIndex(([b, i]) => b === state.block && i === b.focusedIndex());
    const to = here < 0 && d < Infinity ? 0 : Math.min(Math.max(here + d, 0), list.length - 1);
    const [block, i] = list[to];
    block.focus(i);
    const unit = chosen();
    if (unit) api.tell(`${unit.text} ${unit.mark || ""}`);
  }

  /** E: into the chosen sentence, else into the first that is marked wrong, else into the first. */
  function edit() {
    if (!chosen()) {
      const doubted = blocks.map((b) => [b, b.units().findIndex((u) => marks.get(`${b.name}:${u.index}`) === "wrong")]).find(([, i]) => i >= 0);
      if (doubted) doubted[0].focus(doubted[1]);
      else step(1);
    }
    state.block?.edit();
  }

  function turnView() {
    state.view = (state.view + 1) % VIEWS.length;
    blocks.forEach((b) => b.setView(VIEWS[state.view]));
    showBar();
  }

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    add({ key: "ArrowDown", alt: ["j"], label: "sentence", caps: ["ArrowUp", "ArrowDown"], action: () => step(1), repeat: true });
    add({ key: "ArrowUp", alt: ["k"], label: "", action: () => step(-1), repeat: true });
    add({ key: "Home", label: "first sentence", action: () => step(-Infinity), bar: false });
    add({ key: "End", label: "last sentence", action: () => step(Infinity), bar: false });
    kinds.forEach((m) => add({ key: m.key, label: m.words || m.name, action: () => setMark(m.name) }));
    add({ key: "m", label: `the rest ${good.words || good.name}`, action: markRest, when: () => unmarked().length > 0 });
    add({ key: "Ctrl+z", label: "undo the last mark or place", action: takeBack, when: () => past.length > 0, repeat: true, bar: false });
    add({ key: "p", label: "place in the photo", action: askPlace });
    add({ key: "e", label: "edit", action: edit });
    add({ key: "d", label: "text / changes / side by side", action: turnView });
    add({ key: "Backspace", label: "restore sentence", action: () => { state.block.restoreUnit(); }, when: () => Boolean(chosen() && state.block.canRestore()), bar: false });
    add({ key: "Delete", label: "take the region away", action: cut, when: () => { const unit = chosen(); return Boolean(unit && regions.has(keyOf(unit))); }, bar: false });
  }

  showRegions();
  return {
    blocks,
    nodes: blocks.map((b) => b.node),
    registerKeys,
    trail,
    isReadOneByOne: () => isReadOneByOne,
    isChanged: () => blocks.some((b) => b.isChanged()),
    value: (name) => blocks.find((b) => b.name === name)?.value(),
    stopEditing: () => blocks.forEach((b) => b.stopEditing()),
  };
}

/** A Map "name:index" from stored marks or regions; `field` is what is kept of each. */
export const fromStored = (list, field, name = null) => new Map((list || []).map((each) => [`${name ?? each.block}:${each.index}`, each[field]]));

/** The way back: [{block, index, [field]}], without `block` where there is only one text. */
export const toStored = (map, field, { withBlock = true } = {}) => [...map].map(([key, value]) => {
  const [block, index] = key.split(":");
  return { ...(withBlock && { block }), index: Number(index), [field]: value };
});
