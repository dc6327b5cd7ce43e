// A scale of numbers: digits pick (0 is ten on a scale to ten), arrows move inside it, a second digit corrects.

import { h } from "./dom.js";

export const digitOf = (value) => (value === 10 ? "0" : String(value));

/** values: [{value, label}] low to high. Returns {node, value(), pick(value), clear()}. */
export function createScale({ values, name, value = null, onPick = () => {}, isBig = false }) {
  let picked = value;
  const buttons = values.map((step) => h("button", {
    type: "button", role: "radio", "aria-checked": "false", "data-value": String(step.value),
    "aria-label": step.label ? `${step.value}, ${step.label}` : String(step.value), title: step.label || undefined,
    onclick: () => pick(step.value),
  }, String(step.value)));
  const node = h("div", { class: isBig ? "scale scale--big" : "scale", role: "radiogroup", "aria-label": name }, ...buttons);

  function show() {
    buttons.forEach((b) => {
      const isOn = Number(b.dataset.value) === picked;
      b.setAttribute("aria-checked", String(isOn));
      b.tabIndex = isOn || (picked === null && b === buttons[0]) ? 0 : -1;
    });
  }

  function pick(next, { silent = false } = {}) {
    picked = next;
    show();
    if (!silent) onPick(picked);
  }

  node.addEventListener("keydown", (event) => {
    const dir = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!dir) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[Math.min(Math.max(at + dir, 0), buttons.length - 1)];
    pick(Number(next.dataset.value));
    next.focus();
  });

  show();
  return { node, value: () => picked, pick, clear: () => pick(null, { silent: true }) };
}

/** Registers one digit key per value. */
export function digitKeys(keys, values, pick, label) {
  values.forEach((step, i) => keys.register({
    key: digitOf(step.value), action: () => pick(step.value),
    label: i === 0 ? label : "", caps: [digitOf(values[0].value), digitOf(values[values.length - 1].value)], isRange: true,
  }));
}
