// Judging of model answers: one mark from 0 to 2 for each criterion; a digit marks and goes on to the next.
//
// item   {photo, asked, answer, reference?: [texts], criteria: [{name, title, asks, words: [for 0, for 1, for 2]}]}
// answer {completeness, preciseness, relevance: 0 | 1 | 2 | null, cannot_judge: bool, note}

import { button, h, section } from "../dom.js";
import { createPhotoStage } from "../photo-stage.js";
import { createScale, digitKeys } from "../rating.js";

const MARKS = [0, 1, 2];

export function mount(item, stage, panel, api) {
  const saved = api.saved || {};
  let cannot = Boolean(saved.cannot_judge);
  let at = 0;
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys });
  const rows = item.criteria.map(rowOf);
  const note = h("textarea", { class: "textarea plain-text", rows: 2, "aria-label": "Note", placeholder: "Only if something has to be said.", oninput: () => api.changed() });
  note.value = saved.note || "";
  const refuse = button({ label: "Cannot judge", key: "-", kind: "quiet" });
  const next = button({ label: "Next", key: "Enter", kind: "primary" });

  function rowOf(criterion, i) {
    const values = MARKS.map((value) => ({ value, label: criterion.words[value] }));
    const scale = createScale({ values, name: criterion.title, value: cannot ? null : saved[criterion.name] ?? null, onPick: () => { at = i; changed(); } });
    const words = h("span", { class: "mark-row__words" });
    const node = h("div", { class: "mark-row" }, h("span", { class: "mark-row__name" }, h("b", { text: criterion.title }), h("span", { class: "dim", text: criterion.asks })), scale.node, words);
    node.addEventListener("pointerdown", () => { at = i; show(); });
    return { criterion, scale, node, words };
  }

  const left = () => rows.filter((row) => row.scale.value() === null).length;

  function changed() {
    cannot = false;
    api.say("");
    show();
    api.changed();
  }

  function show() {
    rows.forEach((row, i) => {
      const value = row.scale.value();
      row.node.toggleAttribute("data-here", i === at && !cannot);
      row.words.textContent = value === null ? "" : row.criterion.words[value];
    });
    refuse.setAttribute("aria-pressed", String(cannot));
    api.keys.refresh();
  }

  function mark(value) {
    rows[at].scale.pick(value);
    const open = [...rows.keys()].map((d) => (at + 1 + d) % rows.length).find((i) => rows[i].scale.value() === null);
    at = open ?? at;
    show();
  }

  function takeBack() {
    if (rows[at].scale.value() === null && at > 0) at -= 1;
    rows[at].scale.clear();
    changed();
  }

  function toggleCannot() {
    cannot = !cannot;
    if (cannot) rows.forEach((row) => row.scale.clear());
    at = 0;
    api.say("");
    show();
    api.changed();
  }

  function move(step) {
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    show();
  }

  panel.append(
    section("Asked", h("p", { class: "reading", dir: "auto", text: item.asked })),
    section("Answer to judge", h("p", { class: "reading prewrap", dir: "auto", text: item.answer })),
    ...(item.reference?.length ? [section("Reference", ...item.reference.map((words) => h("p", { class: "reading prewrap reference", dir: "auto", text: words })))] : []),
    section("Note", note),
  );
  api.actions(h("div", { class: "mark-rows", role: "group", "aria-label": "Marks" }, ...rows.map((row) => row.node)), next, refuse);
  digitKeys(api.keys, MARKS.map((value) => ({ value })), mark, "mark and go on");
  ["ArrowUp", "ArrowDown"].forEach((key, i) => api.keys.register({ key, action: () => move(i ? 1 : -1), label: i ? "" : "criterion", caps: ["ArrowUp", "ArrowDown"] }));
  api.keys.register({ key: "Backspace", label: "take a mark back", action: takeBack });
  api.keys.register({ key: "n", label: "note", action: () => note.focus() });
  api.keys.register({ key: "-", label: "cannot judge", action: toggleCannot, bar: false });
  api.keys.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "next", action: api.submit, bar: false });
  show();

  return {
    ready: photo.ready,
    answer: () => ({ ...Object.fromEntries(rows.map((row) => [row.criterion.name, cannot ? null : row.scale.value()])), cannot_judge: cannot, note: note.value.trim() }),
    isComplete: () => cannot || left() === 0,
    missing: () => `${left()} of ${rows.length} marks are missing. Say so if you cannot judge (-).`,
    destroy: photo.destroy,
  };
}
