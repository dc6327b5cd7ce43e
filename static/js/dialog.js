// Native dialogs: <button data-dialog="id"> opens, [data-close] closes, and ask() puts one question.

import { h } from "./dom.js";

/** Wires every opener and closer on the page; works for content that arrives later too. */
export function wireDialogs(root = document) {
  root.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
  });
}

/**
 * ask({title, body, choices: [{label, value, kind}], field, isUnbidden}) resolves with {value, text} or null when left.
 * isUnbidden: it may open while a person types, so no button has the focus that a space would press.
 * field: {label, placeholder, required} adds a text field; Ctrl/Cmd+Enter takes the first choice.
 */
export function ask({ title, body = [], choices, field = null, wide = false, isUnbidden = false }) {
  return new Promise((resolve) => {
    let result = null;
    const before = document.activeElement;
    const [start, end] = [before?.selectionStart, before?.selectionEnd];
    const text = field && h("textarea", { class: "textarea", id: "ask-text", rows: 4, placeholder: field.placeholder || "", required: Boolean(field.required) });
    const dialog = h("dialog", { class: wide ? "dialog dialog--wide" : "dialog", "aria-labelledby": "ask-title" });
    const choose = (choice) => {
      if (field?.required && choice.kind === "primary" && !text.value.trim()) {
        text.focus();
        text.setAttribute("aria-invalid", "true");
        return;
      }
      result = { value: choice.value, text: text ? text.value.trim() : "" };
      dialog.close();
    };
    const buttons = choices.map((choice) => h("button", { type: "button", class: choice.kind ? `btn btn--${choice.kind}` : "btn", onclick: () => choose(choice) }, choice.label));
    dialog.append(
      h("div", { class: "dialog__head" }, h("h2", { id: "ask-title", text: title })),
      h("div", { class: "dialog__body" }, ...[body].flat(), text && h("label", { class: "field" }, h("span", { class: "field__label", text: field.label }), text)),
      h("div", { class: "dialog__foot" }, ...buttons),
    );
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      // The same press must not go on to the page below, where it would send the answer.
      event.preventDefault();
      event.stopPropagation();
      choose(choices.find((c) => c.kind === "primary") || choices[0]);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      // The browser gives the focus back, but not the place in the text where the next letter goes.
      if (before instanceof HTMLTextAreaElement && before.isConnected) {
        before.focus({ preventScroll: true });
        before.setSelectionRange(start, end);
      }
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    (isUnbidden ? dialog.querySelector("[tabindex='0']") ?? dialog : text || buttons[0]).focus();
  });
}
