// A short list of reasons at the foot of the panel, chosen by digit; no dialog between items.

import { h } from "./dom.js";

/** Opens the list in `host`; onPick(value) after a choice; Escape leaves it. Returns close(). */
export function openReasons({ host, keys, title, reasons, onPick }) {
  const layer = keys.layer();
  const node = h("div", { class: "reasons", role: "group", "aria-label": title });
  const back = document.activeElement;

  function close() {
    layer.close();
    node.remove();
    back?.focus?.({ preventScroll: true });
  }

  function pick(value) {
    close();
    onPick(value);
  }

  node.append(h("h2", { class: "group__title", text: title }));
  reasons.slice(0, 9).forEach((reason, i) => {
    const key = String(i + 1);
    node.append(h("button", { type: "button", class: "btn btn--quiet reasons__item", "data-key": key, "data-cap-at": "start" }, reason.label));
    layer.register({ key, label: reason.label, action: () => pick(reason.value) });
  });
  node.append(h("button", { type: "button", class: "btn btn--quiet reasons__item", "data-key": "Escape", "data-cap-at": "start" }, "Back"));
  layer.register({ key: "Escape", label: "back", action: close });
  host.prepend(node);
  keys.refresh();
  return close;
}
