// Crop drawing: the best frame, or several, or none.
//
// item   {photo: {url, width, height, facts?}, ghost?: [x1, y1, x2, y2], ratios?: ["original", "3:2", ...],
//         min_side?: 0.05, max_crops?: 5, question?}
// answer {crops: [{box: [x1, y1, x2, y2], ratio: "3:2" | "free", overlay, why}], none_better: bool}
//        boxes normalised on the upright photo, six decimals; none_better: the whole photo is the best frame

import { capHere } from "../keys.js";
import { button, h, section } from "../dom.js";
import { createCropBox } from "../crop-box.js";
import { placeCrop } from "../crop-view.js";
import { OVERLAYS, RATIOS, area, height, iou, ratioName, ratioOf, width } from "../geometry.js";

const OVERLAY_PLACE = "reframe:overlay";

function ratiosOf(names) {
  if (!names?.length) return RATIOS;
  return names.slice(0, 9).map((name) => {
    const known = RATIOS.find((r) => r.name === name);
    const [a, b] = String(name).split(":").map(Number);
    return known || { name: String(name), value: a / b };
  });
}

function remembered() {
  try {
    return localStorage.getItem(OVERLAY_PLACE) || "thirds";
  } catch {
    return "thirds";
  }
}

export function mount(item, stage, panel, api) {
  const { photo } = item;
  const aspect = photo.width / photo.height;
  const ratios = ratiosOf(item.ratios);
  const most = item.max_crops || 5;
  const crops = (api.saved?.crops || []).map((c) => ({ ...c }));
  if (!crops.length) crops.push({ box: item.ghost || null, ratio: "free", overlay: remembered(), why: "" });
  let at = 0;
  let isNone = Boolean(api.saved?.none_better);
  let locked = ratios.find((r) => r.name === crops[0].ratio) || null;
  const none = h("button", { type: "button", class: "btn btn--quiet btn--small", "data-key": "w", "aria-pressed": "false" }, "Whole photo is best");
  const tool = createCropBox(stage, photo, {
    box: crops[0].box, ghost: item.ghost || null, overlay: crops[0].overlay, ratio: locked ? locked.value ?? aspect : null,
    min: item.min_side ?? 0.05, onChange, onReason: (words) => api.say(words),
  });
  const view = drawPanel();

  function onChange({ box }) {
    isNone = false;
    crops[at].box = box;
    show();
    api.changed();
  }

  // ---- panel ---------------------------------------------------------------------------------

  function drawPanel() {
    const chip = (label, onclick, cap) => h("button", { type: "button", class: "chip", "aria-pressed": "false", onclick }, cap && h("span", { class: "chip__cap", text: cap }), label);
    const ratioChips = ratios.map((r, i) => chip(r.name, () => setRatio(r), String(i + 1)));
    const overlayChips = OVERLAYS.map((name) => chip(name, () => setOverlay(name)));
    const numbers = h("dl", { class: "facts facts--num frame-numbers" });
    const result = h("div", { class: "crop-view result-view", "data-crop": "0,0,1,1", "data-fixed": "", "data-width": photo.width, "data-height": photo.height }, h("img", { src: photo.url, alt: "The result" }));
    const why = h("textarea", { class: "textarea plain-text reading", rows: 2, "aria-label": "Why this frame", placeholder: "A sentence or two, if it helps the next reader.", oninput: () => { crops[at].why = why.value; api.changed(); } });
    const list = h("div", { class: "chips" });
    const frames = section("Frames", list);
    panel.append(
      section("Ratio", h("div", { class: "chips" }, ...ratioChips)),
      section("Overlay", h("div", { class: "chips" }, ...overlayChips)),
      frames,
      h("section", { class: "group", "aria-label": "Frame" }, h("header", { class: "group__head" }, h("h2", { class: "group__title", text: "Frame" }), none), numbers),
      section("Result", result),
      section("Why this frame", why),
    );
    new ResizeObserver(() => crops[at]?.box && placeCrop(result, crops[at].box)).observe(result);
    return { ratioChips, overlayChips, numbers, result, why, list, frames };
  }

  const keep = button({ label: "Keep this crop", key: "Enter", kind: "primary" });
  const another = button({ label: "Another", key: "n" });

  function pairs(box) {
    const px = [width(box) * photo.width, height(box) * photo.height];
    const rows = [
      ["Position", `${Math.round(box[0] * photo.width)}, ${Math.round(box[1] * photo.height)} px`],
      ["Size", `${Math.round(px[0])} × ${Math.round(px[1])} px`],
      ["Ratio", ratioName(ratioOf(box, aspect), aspect)],
      ["Kept", `${Math.round(area(box) * 100)} %, ${((px[0] * px[1]) / 1e6).toFixed(px[0] * px[1] < 1e5 ? 2 : 1)} MP`],
    ];
    if (item.ghost) rows.push(["Against draft", `IoU ${iou(box, item.ghost).toFixed(2)}`]);
    return rows;
  }

  function show() {
    const { box } = crops[at];
    const isLocked = tool.ratio() !== null;
    view.ratioChips.forEach((node, i) => node.setAttribute("aria-pressed", String(isLocked && locked === ratios[i])));
    view.overlayChips.forEach((node, i) => node.setAttribute("aria-pressed", String(OVERLAYS[i] === tool.overlay())));
    view.numbers.replaceChildren(...(box ? pairs(box) : [["Size", "no frame yet"]]).flatMap(([k, v]) => [h("dt", { text: k }), h("dd", { text: v })]));
    view.result.parentElement.hidden = !box;
    if (box) placeCrop(view.result, box);
    view.frames.hidden = crops.length < 2;
    view.list.replaceChildren(...crops.map((_, i) => h("button", { type: "button", class: "chip", "aria-pressed": String(i === at), onclick: () => go(i) }, `Frame ${i + 1}`)));
    tool.setOthers(crops.map((c, i) => ({ box: c.box, label: String(i + 1) })).filter((c, i) => c.box && i !== at));
    none.setAttribute("aria-pressed", String(isNone));
    keep.querySelector("span").textContent = isNone ? "Keep the whole photo" : crops.length > 1 ? `Keep ${crops.length} crops` : "Keep this crop";
    another.disabled = !box || crops.length >= most;
    stage.toggleAttribute("data-none", isNone);
    api.keys.refresh();
  }

  // ---- what keys and chips do ----------------------------------------------------------------

  function setRatio(preset) {
    locked = preset;
    crops[at].ratio = preset.name;
    tool.setRatio(preset.value ?? aspect);
    show();
  }

  function toggleLock() {
    const value = tool.toggleLock();
    locked = value ? ratios.find((r) => Math.abs((r.value ?? aspect) / value - 1) < 0.005) || null : null;
    crops[at].ratio = value ? ratioName(value, aspect) : "free";
    api.say(value ? `Ratio locked at ${ratioName(value, aspect)}.` : "Ratio free.");
    show();
  }

  function swap() {
    tool.swap();
    if (tool.ratio()) {
      locked = ratios.find((r) => Math.abs((r.value ?? aspect) / tool.ratio() - 1) < 0.005) || null;
      crops[at].ratio = ratioName(tool.ratio(), aspect);
    }
    show();
  }

  function setOverlay(name) {
    tool.setOverlay(name);
    crops[at].overlay = name;
    try {
      localStorage.setItem(OVERLAY_PLACE, name);
    } catch {
      // it still holds for this page
    }
    show();
    api.changed();
  }

  function go(i) {
    at = i;
    locked = ratios.find((r) => r.name === crops[at].ratio) || null;
    tool.load(crops[at].box);
    view.why.value = crops[at].why || "";
    show();
  }

  function add() {
    if (!crops[at].box || crops.length >= most) return;
    crops.push({ box: null, ratio: "free", overlay: tool.overlay(), why: "" });
    tool.setRatio(null);
    go(crops.length - 1);
    api.say("Draw the next frame.");
  }

  function drop() {
    crops.splice(at, 1);
    go(Math.min(at, crops.length - 1));
    api.changed();
  }

  function toggleNone() {
    isNone = !isNone;
    show();
    api.changed();
  }

  function registerKeys() {
    const add1 = (entry) => api.keys.register(entry);
    ratios.forEach((r, i) => add1({ key: String(i + 1), action: () => setRatio(r), label: i === 0 ? "ratio" : "", caps: ["1", String(ratios.length)], isRange: true }));
    add1({ key: "a", label: "lock ratio", action: toggleLock });
    add1({ key: "0", label: "", action: () => { if (tool.ratio()) toggleLock(); } });
    add1({ key: "x", label: "turn", action: swap });
    add1({ key: "o", label: "overlay", action: () => setOverlay(tool.nextOverlay()) });
    for (const mod of ["", "Shift+", "Alt+", "Alt+Shift+"]) {
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
        const label = key === "ArrowLeft" ? { "": "nudge", "Shift+": "nudge ten times as far", "Alt+": "resize" }[mod] || "" : "";
        add1({ key: mod + key, action: (event) => tool.arrow(event), repeat: true, label, caps: [mod + key, "ArrowRight"], bar: mod === "" });
      }
    }
    add1({ key: "l", label: "lights out", action: () => tool.toggleLights() });
    add1({ key: "\\", label: "before / after", action: () => { tool.toggleAfter(); } });
    add1({ key: "Backspace", label: item.ghost ? "back to draft" : "clear", action: () => tool.reset() });
    add1({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
    add1({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
    add1({ key: "c", label: "new frame in the middle", action: () => tool.start(), bar: false });
    add1({ key: "n", label: "another frame", action: add, bar: false });
    add1({ key: "Delete", label: "remove this frame", action: drop, when: () => crops.length > 1 });
    add1({ key: "w", label: "the whole photo is best", action: toggleNone, bar: false });
    add1({ key: "Enter", alt: ["Ctrl+Enter"], label: "keep", action: api.submit, bar: false });
  }

  view.why.value = crops[0].why || "";
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
