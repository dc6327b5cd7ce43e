// Composition review: the elements of a photo, confirmed, moved, removed, added.
//
// item   {photo: {url, width, height}, classes: [{name, title, shape}], elements: [{name, points, note}]}
// answer {elements: [{name, points, draft: place in item.elements or null, confirmed}], none: bool}
//        points normalised on the upright photo, six decimals; none: the photo has no clear element

import { registerZoom } from "../crop-keys.js";
import { button, h, section } from "../dom.js";
import { between, fresh, reshaped, withPoint, withoutPoint } from "../element-shapes.js";
import { createElementTool } from "../element-tool.js";

const STATES = { open: "to confirm", confirmed: "confirmed", moved: "moved", added: "added" };
const MOST = 64;
const MOST_NUMBERS = 128;

export function mount(item, stage, panel, api) {
  const shapeOf = (name) => item.classes.find((c) => c.name === name).shape;
  const titleOf = (name) => item.classes.find((c) => c.name === name).title;
  const history = { past: [], future: [] };
  let list = (api.saved?.elements || item.elements.map((e, i) => ({ ...e, draft: i, confirmed: false }))).map(kept);
  let isNone = Boolean(api.saved?.none);
  let at = -1;
  let hand = item.classes[0].name;
  const tool = createElementTool(stage, item.photo, { onSelect, onChange, onDraw });
  const view = drawPanel();
  const keep = button({ label: "Keep", key: "Enter", kind: "primary" });
  const all = button({ label: "Confirm all", key: "v" });
  const none = h("button", { type: "button", class: "btn btn--quiet btn--small", "data-key": "-", "aria-pressed": "false" }, "No clear element");

  function kept(element) {
    return { name: element.name, points: element.points.slice(), draft: element.draft ?? null, confirmed: element.confirmed !== false, note: item.elements[element.draft]?.note || "" };
  }

  const sameAsDraft = (e) => {
    const from = item.elements[e.draft];
    return Boolean(from) && from.name === e.name && from.points.length === e.points.length && from.points.every((v, i) => Math.abs(v - e.points[i]) < 1e-6);
  };
  const stateOf = (e) => (!e.confirmed ? "open" : e.draft === null ? "added" : sameAsDraft(e) ? "confirmed" : "moved");

  // ---- panel ---------------------------------------------------------------------------------

  function drawPanel() {
    const chips = item.classes.map((c, i) => h(
      "button", { type: "button", class: "chip", "aria-pressed": "false", "data-element": c.name, onclick: () => setClass(c.name) },
      h("span", { class: "chip__cap", text: String((i + 1) % 10) }), h("span", { class: "element-dot", "aria-hidden": "true" }), c.title,
    ));
    const rows = h("ol", { class: "element-list" });
    panel.append(section("Class of the selected or next element", h("div", { class: "chips" }, ...chips)), section("Elements", rows));
    return { chips, rows };
  }

  function rowOf(element, i) {
    const words = STATES[stateOf(element)];
    const pick = h("button", { type: "button", class: "element-list__pick", "aria-pressed": String(i === at), onclick: () => choose(i) },
      h("span", { class: "element-dot", "aria-hidden": "true" }), h("span", { class: "element-list__name", text: `${i + 1} ${titleOf(element.name)}` }), h("span", { class: "dim small", text: words }));
    const drop = h("button", { type: "button", class: "btn btn--quiet btn--small", "aria-label": `Remove element ${i + 1}, ${titleOf(element.name)}`, onclick: () => remove(i) }, "Remove");
    return h("li", { "data-element": element.name }, pick, drop, element.note && h("p", { class: "dim small element-list__note", dir: "auto", text: element.note }));
  }

  function show() {
    const open = list.filter((e) => !e.confirmed).length;
    view.chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(item.classes[i].name === (list[at]?.name ?? hand))));
    const focused = [...view.rows.querySelectorAll("button")].indexOf(document.activeElement);
    view.rows.replaceChildren(...(list.length ? list.map(rowOf) : [h("li", { class: "dim", text: "None yet." })]));
    if (focused >= 0) view.rows.querySelectorAll("button")[Math.min(focused, view.rows.querySelectorAll("button").length - 1)]?.focus();
    none.setAttribute("aria-pressed", String(isNone));
    keep.querySelector("span").textContent = isNone ? "Keep: no clear element" : open ? `Keep (${open} to confirm)` : `Keep ${list.length} element${list.length === 1 ? "" : "s"}`;
    all.disabled = !open;
    stage.toggleAttribute("data-none", isNone);
    api.keys.refresh();
  }

  /** Hands the list to the stage again: its elements, classes or states have changed. */
  function redraw() {
    tool.set(list.map((e) => ({ name: e.name, shape: shapeOf(e.name), title: titleOf(e.name), points: e.points, words: STATES[stateOf(e)], isOpen: !e.confirmed })), at);
    show();
  }

  // ---- changing ------------------------------------------------------------------------------

  const copyOf = () => list.map((e) => ({ ...e, points: e.points.slice() }));

  function remember(before = copyOf()) {
    history.past.push(before);
    history.future = [];
  }

  function travel(from, to) {
    if (!from.length) return;
    to.push(copyOf());
    list = from.pop();
    at = Math.min(at, list.length - 1);
    redraw();
    api.changed();
  }

  function onSelect(next) {
    at = next;
    show();
  }

  function onChange(which, points, { isSettled, before }) {
    if (isSettled) {
      const was = copyOf();
      was[which].points = (before || points).slice();
      remember(was);
    }
    list[which].points = points.slice();
    list[which].confirmed = true;
    isNone = false;
    if (isSettled) redraw();
    api.changed();
  }

  function onDraw(from, to) {
    put(hand, between(shapeOf(hand), from, to));
  }

  function put(name, points) {
    if (list.length >= MOST) {
      api.say(`A photo has at most ${MOST} elements.`, "bad");
      return;
    }
    remember();
    list.push({ name, points, draft: null, confirmed: true, note: "" });
    at = list.length - 1;
    isNone = false;
    redraw();
    tool.focus();
    api.say(`Element ${at + 1}, ${titleOf(name).toLowerCase()}, added. Its number keys change the class.`);
    api.changed();
  }

  function setClass(name) {
    hand = name;
    const element = list[at];
    if (element && element.name !== name) {
      remember();
      element.points = reshaped(element.points, shapeOf(element.name), shapeOf(name));
      element.name = name;
      element.confirmed = true;
      redraw();
      api.changed();
    } else show();
  }

  function choose(i) {
    tool.select(i);
    tool.focus();
  }

  function remove(i) {
    if (!list[i]) return;
    remember();
    list.splice(i, 1);
    at = Math.min(i, list.length - 1);
    redraw();
    tool.focus();
    api.changed();
  }

  /** Delete: the point of a curve that has the focus, where it has more than two, else the element. */
  function removeHere() {
    const element = list[at];
    const point = tool.pointInFocus();
    if (element && point >= 0 && shapeOf(element.name) === "polyline" && element.points.length > 4) {
      reshape(withoutPoint(element.points, point), Math.max(0, point - 1));
    } else remove(at);
  }

  function addPoint() {
    const element = list[at];
    if (!element || shapeOf(element.name) !== "polyline" || element.points.length >= MOST_NUMBERS) return;
    const made = withPoint(element.points, Math.max(0, tool.pointInFocus()));
    reshape(made.points, made.at);
  }

  function reshape(points, point) {
    remember();
    Object.assign(list[at], { points, confirmed: true });
    redraw();
    tool.focus(point);
    api.changed();
  }

  function confirmOne() {
    if (!list[at]) return choose(Math.max(0, list.findIndex((e) => !e.confirmed)));
    remember();
    list[at].confirmed = true;
    const next = list.findIndex((e) => !e.confirmed);
    redraw();
    api.changed();
    return next >= 0 ? choose(next) : undefined;
  }

  function confirmAll() {
    remember();
    list.forEach((e) => { e.confirmed = true; });
    redraw();
    api.changed();
  }

  function toggleNone() {
    isNone = !isNone;
    show();
    api.changed();
  }

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    item.classes.forEach((c, i) => add({ key: String((i + 1) % 10), action: () => setClass(c.name), label: i === 0 ? "class" : "", caps: ["1", "0"], isRange: true }));
    for (const mod of ["", "Shift+"]) {
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
        const label = key === "ArrowLeft" ? { "": "nudge", "Shift+": "nudge ten times as far" }[mod] : "";
        add({ key: mod + key, action: (event) => tool.arrow(event), repeat: true, label, caps: [mod + key, "ArrowRight"], bar: mod === "" });
      }
    }
    registerZoom(add, tool);
    add({ key: "c", label: "confirm, next", action: confirmOne });
    add({ key: "v", label: "confirm all", action: confirmAll, bar: false });
    add({ key: "a", label: "add", action: () => put(hand, fresh(hand, shapeOf(hand))) });
    add({ key: "p", label: "add a point to a curve", action: addPoint, bar: false });
    add({ key: "Delete", alt: ["Backspace"], label: "remove", action: removeHere });
    add({ key: "Escape", label: "select nothing", action: () => { tool.select(-1); stage.focus({ preventScroll: true }); }, bar: false, when: () => at >= 0 });
    add({ key: "-", label: "no clear element", action: toggleNone, bar: false });
    add({ key: "Ctrl+z", label: "undo", action: () => travel(history.past, history.future), repeat: true, bar: false });
    add({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => travel(history.future, history.past), repeat: true, bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "keep", action: api.submit, bar: false });
  }

  api.actions(keep, all, none);
  registerKeys();
  redraw();

  return {
    ready: tool.ready,
    answer: () => ({ elements: isNone ? [] : list.map(({ name, points, draft, confirmed }) => ({ name, points, draft, confirmed })), none: isNone }),
    isComplete: () => isNone || (list.length > 0 && list.every((e) => e.confirmed)),
    missing: () => (list.length ? "Confirm or remove each element first (C, Del), or confirm all (V)." : "Add an element, or say that there is no clear one (-)."),
    destroy() {
      stage.removeAttribute("data-none");
      tool.destroy();
    },
  };
}
