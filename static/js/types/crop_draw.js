// Crop drawing: the best frame, or several, or none.
//
// item   {photo: {url, width, height, facts?}, ghost?: [x1, y1, x2, y2], ratios?: ["original", "3:2", ...],
//         min_side?: 0.05, max_crops?: 5, question?}
// answer {crops: [{box: [x1, y1, x2, y2], ratio: "3:2" | "free", overlay: "thirds" | "spiral 3" | ..., why}], none_better: bool}
//        best frame first; boxes normalised on the upright photo, six decimals; none_better: the whole photo is the best frame

import { capHere } from "../keys.js";
import { button, h, section } from "../dom.js";
import { createCropBox } from "../crop-box.js";
import { registerArrows, registerZoom } from "../crop-keys.js";
import { placeCrop } from "../crop-view.js";
import { frameNumbers, frameRows } from "../frame-list.js";
import { RATIOS, ratioName, typedRatio } from "../geometry.js";
import { OVERLAYS, readOverlay, turnsOf } from "../overlays.js";
import { peek } from "../peek.js";
import { factsKey } from "../photo-facts.js";
import { recall, remember } from "../stored.js";

const LINES = ["white", "soft", "black"];
const COLOUR = /^#[0-9a-f]{6}$/i;

function ratiosOf(names) {
  if (!names?.length) return RATIOS;
  return names.slice(0, 9).map((name) => RATIOS.find((r) => r.name === name) || { name: String(name), value: typedRatio(String(name))?.value ?? 1 });
}

export function mount(item, stage, panel, api) {
  const { photo } = item;
  const aspect = photo.width / photo.height;
  const ratios = ratiosOf(item.ratios);
  const most = item.max_crops || 5;
  const crops = (api.saved?.crops || []).map((c) => ({ ...c }));
  if (!crops.length) crops.push({ box: item.ghost || null, ratio: "free", overlay: recall("overlay", "thirds"), why: "" });
  const own = { colour: COLOUR.test(recall("overlay-colour", "")) ? recall("overlay-colour", "") : "#ffd84d", strength: Math.min(100, Math.max(10, Number(recall("overlay-strength", "80")) || 80)) };
  let at = 0;
  let isNone = Boolean(api.saved?.none_better);
  const none = h("button", { type: "button", class: "btn btn--quiet btn--small", "data-key": "w", "aria-pressed": "false" }, "Whole photo is best");
  const valueOf = (name) => (name === "original" ? aspect : ratios.find((r) => r.name === name)?.value ?? typedRatio(name)?.value ?? null);
  const tool = createCropBox(stage, photo, {
    box: crops[0].box, ghost: item.ghost || null, overlay: crops[0].overlay, ratio: valueOf(crops[0].ratio),
    min: item.min_side ?? 0.05, onChange, onReason: (words) => api.say(words),
  });
  tool.load(crops[0].box, crops[0]);
  const keep = button({ label: "Keep this crop", key: "Enter", kind: "primary" });
  const another = button({ label: "Another", key: "n" });
  const view = drawPanel();

  function onChange({ box, isSettled }) {
    isNone = false;
    crops[at].box = box;
    show();
    if (isSettled) api.tell(view.numbers.innerText);
    api.changed();
  }

  // ---- panel ---------------------------------------------------------------------------------

  function drawPanel() {
    const chip = (label, onclick, cap) => h("button", { type: "button", class: "chip", "aria-pressed": "false", onclick }, cap && h("span", { class: "chip__cap", text: cap }), label);
    const ratioChips = ratios.map((r, i) => chip(r.name, () => setRatio(r), String(i + 1)));
    const typed = h("input", { class: "input ratio-typed", type: "text", size: 5, maxlength: 9, placeholder: "W:H", "aria-label": "A ratio of your own, such as 7:5", onkeydown: onTyped, onchange: useTyped });
    const overlayChips = OVERLAYS.map((name) => chip(name, () => setOverlay(name)));
    const turn = h("button", { type: "button", class: "chip", "data-key": "Shift+o", "data-cap-at": "start" }, "turn");
    const lines = LINES.map((name) => chip(`${name} lines`, () => setLines(name)));
    const colour = h("input", { type: "color", value: own.colour, "aria-label": "Colour of the lines", oninput: () => setOwn({ colour: colour.value }), onchange: () => colour.blur() });
    const strength = h("input", { type: "range", min: "10", max: "100", step: "5", value: own.strength, "aria-label": "Opacity of the lines, per cent", oninput: () => setOwn({ strength: strength.value }), onpointerup: () => strength.blur(), onkeydown: (event) => event.key.startsWith("Arrow") && event.stopPropagation() });
    const mine = h("span", { class: "chip line-colour" }, colour, strength);
    const numbers = h("dl", { class: "facts facts--num frame-numbers" });
    const result = h("div", { class: "crop-view result-view", "data-crop": "0,0,1,1", "data-fixed": "", "data-width": photo.width, "data-height": photo.height }, h("img", { src: photo.url, alt: "The result" }));
    const why = h("textarea", { class: "textarea plain-text reading", rows: 2, "aria-label": "Why this frame", placeholder: "A sentence or two, if it helps the next reader.", oninput: () => { crops[at].why = why.value; api.changed(); } });
    const list = h("ol", { class: "frame-list" });
    const frames = section("Frames, best first", list);
    panel.append(
      section("Ratio", h("div", { class: "chips" }, ...ratioChips, typed)),
      section("Overlay", h("div", { class: "chips" }, ...overlayChips, turn), h("div", { class: "chips chips--quiet" }, ...lines, mine)),
      frames,
      h("section", { class: "group", "aria-label": "Frame" }, h("header", { class: "group__head" }, h("h2", { class: "group__title", text: "Frame" }), none), numbers),
      section("Result", result),
      section("Why this frame", why),
    );
    new ResizeObserver(() => crops[at]?.box && placeCrop(result, crops[at].box)).observe(result);
    return { ratioChips, typed, overlayChips, turn, lines, mine, numbers, result, why, list, frames };
  }

  function show() {
    const { box, ratio } = crops[at];
    const isLocked = tool.ratio() !== null;
    const overlay = readOverlay(tool.overlay());
    const press = (nodes, isOn) => nodes.forEach((node, i) => node.setAttribute("aria-pressed", String(isOn(i))));
    press(view.ratioChips, (i) => isLocked && ratio === ratios[i].name);
    press(view.overlayChips, (i) => OVERLAYS[i] === overlay.name);
    press(view.lines, (i) => LINES[i] === tool.root.dataset.lines);
    view.mine.classList.toggle("chip--on", tool.root.dataset.lines === "own");
    view.typed.value = isLocked && !ratios.some((r) => r.name === ratio) ? ratio : "";
    view.turn.hidden = turnsOf(overlay.name) < 2;
    view.lines[0].parentElement.hidden = overlay.name === "none";
    view.numbers.replaceChildren(...(box ? frameNumbers(box, photo, item.ghost) : [h("dt", { text: "Size" }), h("dd", { text: "no frame yet" })]));
    view.result.parentElement.hidden = !box;
    if (box) placeCrop(view.result, box);
    view.frames.hidden = crops.length < 2;
    view.list.replaceChildren(...frameRows(crops.length, at, (name, i) => ({ go, first, copy, drop })[name](i)));
    tool.setOthers(crops.map((c, i) => ({ box: c.box, label: String(i + 1) })).filter((c, i) => c.box && i !== at));
    none.setAttribute("aria-pressed", String(isNone));
    keep.querySelector("span").textContent = isNone ? "Keep the whole photo" : crops.length > 1 ? `Keep ${crops.length} crops` : "Keep this crop";
    another.disabled = !box || crops.length >= most;
    stage.toggleAttribute("data-none", isNone);
    api.keys.refresh();
  }

  // ---- ratio and overlay ---------------------------------------------------------------------

  function setRatio(preset) {
    crops[at].ratio = preset.name;
    tool.setRatio(preset.value ?? aspect);
    api.tell(`Ratio ${preset.name}, locked.`);
    show();
  }

  function useTyped() {
    const words = view.typed.value.trim();
    const found = words ? typedRatio(words) : null;
    if (found) setRatio(found);
    else if (words) api.say("A ratio is two numbers, such as 7:5, from 1:10 to 10:1.", "bad");
  }

  function onTyped(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    view.typed.blur();
    stage.focus({ preventScroll: true });
  }

  const nameOf = (value) => ratios.find((r) => Math.abs((r.value ?? aspect) / value - 1) < 0.005)?.name || ratioName(value, aspect);

  function toggleLock() {
    const value = tool.toggleLock();
    crops[at].ratio = value ? nameOf(value) : "free";
    api.say(value ? `Ratio locked at ${crops[at].ratio}.` : "Ratio free.");
    show();
  }

  function swap() {
    tool.swap();
    if (tool.ratio()) crops[at].ratio = nameOf(tool.ratio());
    show();
  }

  function setOverlay(name) {
    const stored = tool.setOverlay(name);
    crops[at].overlay = stored;
    remember("overlay", stored);
    api.tell(`Overlay ${stored}.`);
    show();
    api.changed();
  }

  function setLines(name) {
    tool.root.dataset.lines = name;
    remember("overlay-lines", name);
    show();
  }

  /** A colour and an opacity of one's own for the lines; remembered as the other choices are. */
  function setOwn(change) {
    Object.assign(own, change);
    remember("overlay-colour", own.colour);
    remember("overlay-strength", own.strength);
    showOwn();
    setLines("own");
  }

  function showOwn() {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(own.colour.slice(i, i + 2), 16));
    tool.root.style.setProperty("--own-lines", `rgb(${r} ${g} ${b} / ${own.strength}%)`);
  }

  // ---- several frames ------------------------------------------------------------------------

  function go(i) {
    at = i;
    tool.load(crops[at].box, crops[at], valueOf(crops[at].ratio));
    view.why.value = crops[at].why || "";
    if (crops.length > 1) api.tell(`Frame ${at + 1} of ${crops.length}.`);
    show();
  }

  function put(crop, i) {
    crops.splice(i, 0, crop);
    go(i);
    api.changed();
  }

  function add() {
    if (!crops[at].box || crops.length >= most) return;
    put({ box: null, ratio: "free", overlay: tool.overlay(), why: "" }, crops.length);
    api.say("Draw the next frame.");
  }

  function copy(i = at) {
    if (!crops[i]?.box || crops.length >= most) return;
    put({ ...crops[i], box: crops[i].box.slice() }, i + 1);
  }

  const first = (i = at) => i > 0 && put(crops.splice(i, 1)[0], 0);

  function drop(i = at) {
    if (crops.length < 2) return;
    crops.splice(i, 1);
    go(Math.min(at, crops.length - 1));
    api.changed();
  }

  /** Tab goes to the next frame and, after the last, on through the page, so that nobody is caught. */
  function tab(step) {
    const isHere = document.activeElement === stage || document.activeElement === tool.frame;
    if (crops.length < 2 || !isHere || !crops[at + step]) return false;
    go(at + step);
    tool.frame.focus({ preventScroll: true });
    return true;
  }

  function toggleNone() {
    isNone = !isNone;
    show();
    api.changed();
  }

  // ---- keys ----------------------------------------------------------------------------------

  function registerKeys() {
    const add1 = (entry) => api.keys.register(entry);
    ratios.forEach((r, i) => add1({ key: String(i + 1), action: () => setRatio(r), label: i === 0 ? "ratio" : "", caps: ["1", String(ratios.length)], isRange: true }));
    add1({ key: "a", label: "lock ratio", action: toggleLock });
    add1({ key: "0", label: "", action: () => { if (tool.ratio()) toggleLock(); } });
    add1({ key: "x", label: "turn", action: swap });
    add1({ key: "o", label: "overlay", action: () => setOverlay(tool.nextOverlay()) });
    add1({ key: "Shift+o", label: "turn the overlay", action: () => setOverlay(tool.turnOverlay()), bar: false, when: () => !view.turn.hidden });
    registerArrows(add1, tool);
    add1({ key: "l", label: "lights out", action: () => tool.toggleLights() });
    add1({ key: "\\", label: "before / after", action: (event) => peek(event, tool.toggleAfter) });
    add1({ key: "Backspace", label: item.ghost ? "back to draft" : "clear", action: () => tool.reset() });
    registerZoom(add1, tool);
    add1({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
    add1({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
    add1({ key: "c", label: "new frame in the middle", action: () => tool.start(), bar: false });
    add1({ key: "n", label: "another frame", action: add, bar: false });
    add1({ key: "Tab", label: "next frame", action: () => tab(1), bar: false, when: () => crops.length > 1 });
    add1({ key: "Shift+Tab", label: "", action: () => tab(-1), when: () => crops.length > 1 });
    add1({ key: "m", label: "copy this frame", action: () => copy(), bar: false, when: () => Boolean(crops[at].box) });
    add1({ key: "p", label: "put this frame first", action: () => { first(); }, bar: false, when: () => at > 0 });
    add1({ key: "Delete", label: "remove this frame", action: () => drop(), when: () => crops.length > 1 });
    add1({ key: "w", label: "the whole photo is best", action: toggleNone, bar: false });
    add1({ key: "Escape", label: "", action: () => tool.escape() });
    add1({ key: "Enter", alt: ["Ctrl+Enter"], label: "keep", action: api.submit, bar: false });
    factsKey(stage, photo.facts, api.keys);
  }

  view.why.value = crops[0].why || "";
  tool.root.dataset.lines = recall("overlay-lines", "white");
  showOwn();
  api.actions(keep, another);
  registerKeys();
  show();

  const drawn = () => crops.filter((c) => c.box);
  return {
    ready: tool.ready,
    answer: () => ({
      crops: isNone ? [] : drawn().map((c) => ({ box: c.box, ratio: c.ratio || "free", overlay: c.overlay || "none", why: (c.why || "").trim() })),
      none_better: isNone,
    }),
    isComplete: () => isNone || drawn().length > 0,
    missing: () => `Draw a frame first, or say that the whole photo is best (${capHere("w")}).`,
    destroy() {
      stage.removeAttribute("data-none");
      tool.destroy();
    },
  };
}
