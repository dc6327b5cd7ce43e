// A list of short texts, each editable in its row: Enter adds one below, Backspace in an empty row removes it.

import { h } from "./dom.js";

export function createLineList({ title, one, draft, value, onChange }) {
  const rows = h("ul", { class: "lines" });
  const add = h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: () => insert("", null).focus() }, `Add ${one}`);
  const node = h("section", { class: "group", "aria-label": title }, h("header", { class: "group__head" }, h("h2", { class: "group__title", text: title }), add), rows);

  const areas = () => [...rows.querySelectorAll("textarea")];
  const read = () => areas().map((a) => a.value.trim()).filter(Boolean);

  function label() {
    areas().forEach((a, i) => a.setAttribute("aria-label", `${one} ${i + 1}`));
  }

  function remove(row, { back = true } = {}) {
    const before = row.previousElementSibling || row.nextElementSibling;
    row.remove();
    label();
    if (back) before?.querySelector("textarea")?.focus();
    onChange();
  }

  function onKey(event, row) {
    const area = event.target;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      insert("", row).focus();
    } else if (event.key === "Backspace" && !area.value) {
      event.preventDefault();
      remove(row);
    }
  }

  function insert(text, after) {
    const area = h("textarea", { class: "textarea plain-text line__text", rows: 1, value: text, oninput: onChange });
    const gone = h("button", { type: "button", class: "line__remove", "aria-label": `Remove this ${one}`, onclick: () => remove(row, { back: false }) }, "×");
    const row = h("li", { class: "line" }, area, gone);
    area.addEventListener("keydown", (event) => onKey(event, row));
    area.addEventListener("blur", () => { if (!area.value.trim() && row.isConnected) setTimeout(() => !area.value.trim() && row.isConnected && remove(row, { back: false })); });
    if (after) after.after(row);
    else rows.append(row);
    label();
    return area;
  }

  (value ?? draft).forEach((text) => insert(text, null));
  return { node, value: read, isChanged: () => JSON.stringify(read()) !== JSON.stringify(draft.map((t) => t.trim()).filter(Boolean)) };
}
