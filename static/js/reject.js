// Why a draft is rejected: a list at the foot of the panel, chosen by digit, with words beside it.

import { button, h } from "./dom.js";

/** Opens the list; onReject(reason) gets "code" or "code: words". Escape leaves it; R asks for another draft where that is offered. */
export function openReject({ api, stage, reasons, onReject }) {
  const layer = api.keys.layer();
  const note = h("textarea", { class: "textarea", rows: 2, "aria-label": "More about it", placeholder: "In your words (needed for another reason)" });
  let picked = null;
  const send = button({ label: "Reject", key: "Enter", kind: "primary", disabled: true });
  const box = h("div", { class: "reject", role: "group", "aria-label": "Reject because" });
  const chips = reasons.map((r, i) => h("button", { type: "button", class: "btn btn--quiet reasons__item", "aria-pressed": "false", "data-key": String(i + 1), "data-cap-at": "start" }, r.label));
  const pick = (i) => {
    picked = reasons[i];
    chips.forEach((c, j) => c.setAttribute("aria-pressed", String(i === j)));
    send.disabled = false;
    if (picked.value === "other") note.focus();
  };
  const close = () => {
    layer.close();
    box.remove();
    api.foot.removeAttribute("data-covered");
    stage.focus({ preventScroll: true });
  };
  const finish = () => {
    const words = note.value.trim();
    if (!picked) return api.say("Choose a reason first.", "bad");
    if (picked.value === "other" && !words) return api.say("Say what the reason is.", "bad");
    close();
    return onReject(words ? `${picked.value}: ${words}` : picked.value);
  };
  const again = async () => {
    try {
      const said = await api.redraft({ reason: picked?.value || "" });
      close();
      api.say(said.message || "A new draft was asked for; this one is kept.");
    } catch (problem) {
      api.say(problem.message, "bad");
    }
  };
  reasons.forEach((r, i) => layer.register({ key: String(i + 1), label: r.label, action: () => pick(i) }));
  layer.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "reject", action: finish, bar: false });
  layer.register({ key: "Escape", alt: ["x"], label: "back", action: close, bar: false });
  if (api.redraft) layer.register({ key: "r", label: "draft again", action: again, bar: false });
  box.append(h("h2", { class: "group__title", text: "Reject because" }), ...chips, note,
    h("div", { class: "btn-row" }, send, api.redraft && button({ label: "Draft again", key: "r" }), button({ label: "Back", key: "Escape", kind: "quiet" })));
  api.foot.setAttribute("data-covered", "");
  api.foot.prepend(box);
  api.keys.refresh();
  stage.focus({ preventScroll: true });
}
