// One registry of keys per page. It builds the key bar and the `?` sheet, puts a key cap on every
// button with data-key, and sleeps while a person types.
//
// register({key, label, action, when?, bar?, alt?, group?, repeat?}) returns a function that takes it back.
//   key     "a", "?", "Enter", "ArrowLeft", "Shift+ArrowLeft", "Ctrl+Enter" (Ctrl stands for Cmd too)
//   alt     further keys that do the same and are not shown
//   label   words of the key bar and the sheet; "" keeps it out of both
//   when    () => boolean: whether the key works now
//   bar     false keeps it out of the key bar (it has a button elsewhere)
//   caps    what is printed in bar and sheet instead of the key; isRange puts a dash between
//   repeat  true lets a held key repeat
// A page says keys by their defaults. Who has keys of their own (the JSON `own-keys` of the page: default to own)
// presses and sees those: everything here goes through `ownKey`.
// layer() opens a layer above: until it is closed only its keys work (a list of reasons, a large view).

import { h } from "./dom.js";

const NAMES = {
  Enter: "↵", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫", Escape: "Esc", " ": "Space",
  Shift: "⇧", Ctrl: "Ctrl", Alt: "Alt", Delete: "Del",
};
const PUNCTUATION = { Minus: "-", NumpadSubtract: "-", Backslash: "\\", IntlBackslash: "\\", Slash: "/" };
const TYPING = "textarea, select, [contenteditable=''], [contenteditable=true], input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]):not([type=range])";
const NATIVE_ENTER = "a[href], button:not([role=radio], .crop__handle), summary, input[type=submit], input[type=button]";

const OWN = readOwn();

function readOwn() {
  try {
    return JSON.parse(document.getElementById("own-keys")?.textContent || "{}");
  } catch {
    return {};
  }
}

/** The key this person presses where the page says `key`: "Shift+ArrowLeft" gives "Shift+q". Ctrl stays. */
export function ownKey(key, own = OWN) {
  const parts = key.split(/\+(?=.)/);
  const last = parts.pop();
  return parts.includes("Ctrl") || !Object.hasOwn(own, last) ? key : [...parts, own[last]].join("+");
}

/** The cap of a default key, for words that name it. */
export const capHere = (key) => capOf(ownKey(key));

/** The words on a key cap: "Shift+ArrowLeft" gives "⇧ ←". */
export function capOf(key) {
  return key.split(/\+(?=.)/).map((part) => NAMES[part] || (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}

/** True while the focus is where letters belong to the text. */
export function isTyping(target) {
  return target instanceof Element && target.matches(TYPING);
}

// The key names an event may be known by: what it prints, and where it lies for other alphabets.
function namesOf(event) {
  const names = new Set([event.key.length === 1 ? event.key.toLowerCase() : event.key]);
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code || "");
  if (digit) names.add(digit[1]);
  const letter = /^Key([A-Z])$/.exec(event.code || "");
  if (letter && !/^[a-z]$/i.test(event.key)) names.add(letter[1].toLowerCase());
  if (PUNCTUATION[event.code] && !event.shiftKey) names.add(PUNCTUATION[event.code]);
  return names;
}

function parse(key) {
  const parts = key.split(/\+(?=.)/);
  const last = parts.pop();
  return {
    name: last.length === 1 ? last.toLowerCase() : last,
    ctrl: parts.includes("Ctrl"), alt: parts.includes("Alt"), shift: parts.includes("Shift"),
  };
}

function fits(spec, event, names) {
  if (!names.has(spec.name)) return false;
  if (spec.ctrl !== (event.ctrlKey || event.metaKey) || spec.alt !== event.altKey) return false;
  // A sign such as "?" is typed with Shift on many layouts: there Shift is part of the sign.
  const sign = spec.name.length === 1 && !/[\p{L}0-9]/u.test(spec.name);
  return (sign && !spec.shift) || spec.shift === event.shiftKey;
}

export function createKeys({ bar = null, sheet = true, root = document } = {}) {
  const layers = [[]];
  let sheetDialog = null;
  let drawn = 0;

  const live = () => layers[layers.length - 1];
  const works = (entry) => !entry.when || entry.when();

  function find(event) {
    const names = namesOf(event);
    return live().findLast((entry) => entry.specs.some((spec) => fits(spec, event, names)) && works(entry));
  }

  function isAsleep(event, entry) {
    const target = event.target;
    if (document.querySelector("dialog[open]") && !entry.inDialog) return true;
    if (isTyping(target)) return !(entry.typing || event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey)));
    const isPress = event.key === "Enter" || event.key === " ";
    return isPress && !event.ctrlKey && !event.metaKey && target instanceof Element && target.matches(NATIVE_ENTER);
  }

  function onKeyDown(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const entry = find(event);
    if (!entry || isAsleep(event, entry)) {
      if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
      return;
    }
    if (event.repeat && !entry.repeat) {
      event.preventDefault();
      return;
    }
    document.dispatchEvent(new CustomEvent("reframe:key", { detail: entry.key }));
    if (entry.action(event) !== false) event.preventDefault();
    refresh();
  }

  function onClick(event) {
    const pressed = event.target instanceof Element ? event.target.closest("[data-key]") : null;
    if (!pressed || pressed.disabled || pressed.getAttribute("aria-disabled") === "true") return;
    const entry = live().findLast((e) => e.keys.includes(pressed.dataset.key) && works(e));
    if (entry) entry.action(event);
    // After a click with the mouse the next key goes to the page, not to the button.
    if (event.detail > 0 && document.activeElement === pressed && !pressed.closest("dialog")) pressed.blur();
    refresh();
  }

  function register(entry, into = live()) {
    const keys = [entry.key, ...(entry.alt || [])];
    const clash = into.find((e) => e.key === entry.key && !e.when && !entry.when);
    if (clash) throw new Error(`The key ${entry.key} is taken by "${clash.label}".`);
    const full = { ...entry, keys, specs: keys.map((key) => parse(ownKey(key))) };
    into.push(full);
    refresh();
    return () => {
      const at = into.indexOf(full);
      if (at >= 0) into.splice(at, 1);
      refresh();
    };
  }

  /** A registrar whose entries all go at once with `clear()`. */
  function scope() {
    const mine = [];
    const into = live();
    return {
      register: (entry) => {
        const off = register(entry, into);
        mine.push(off);
        return off;
      },
      clear: () => mine.splice(0).forEach((off) => off()),
    };
  }

  function layer() {
    const entries = [];
    layers.push(entries);
    refresh();
    return {
      register: (entry) => register(entry, entries),
      close: () => {
        const at = layers.indexOf(entries);
        if (at > 0) layers.splice(at, 1);
        refresh();
      },
    };
  }

  const shown = () => live().filter((e) => e.label && works(e));

  function caps(entry) {
    const list = (entry.caps || [entry.key]).map((key) => h("kbd", { class: "key", text: capHere(key) }));
    return entry.isRange ? list.flatMap((cap, i) => (i ? ["–", cap] : [cap])) : list;
  }

  // In a text field only these two are awake.
  function whileTyping() {
    const leave = { key: "Escape", label: "leave the text", action: () => document.activeElement.blur() };
    const send = live().findLast((e) => e.keys.includes("Ctrl+Enter") && works(e));
    return send ? [leave, { ...send, caps: ["Ctrl+Enter"] }] : [leave];
  }

  function drawBar() {
    if (!bar) return;
    const wanted = isTyping(document.activeElement) ? whileTyping() : shown().filter((e) => e.bar !== false);
    const print = wanted.map((e) => `${e.key} ${e.label}`).join("\n");
    if (bar.dataset.print === print) return;
    bar.dataset.print = print;
    bar.replaceChildren(...wanted.map((entry) => h(
      "button",
      { type: "button", class: "keybar__item", "data-bar-key": entry.key, onclick: (event) => pressFromBar(entry, event) },
      ...caps(entry), h("span", { text: entry.label }),
    )));
  }

  function pressFromBar(entry, event) {
    entry.action(event);
    if (event.detail > 0) event.currentTarget?.blur?.();
    refresh();
  }

  function drawCaps() {
    for (const node of root.querySelectorAll("[data-key]:not([data-capped])")) {
      node.dataset.capped = "";
      if (node.dataset.cap !== "none" && !node.querySelector(".key")) {
        const cap = h("kbd", { class: "key", text: capHere(node.dataset.cap || node.dataset.key), "aria-hidden": "true" });
        node[node.dataset.capAt === "start" ? "prepend" : "append"](cap);
      }
      node.setAttribute("aria-keyshortcuts", ownKey(node.dataset.key).replace("Ctrl", "Control"));
    }
  }

  /** Draws bar and caps again, once per frame however often it is called. */
  function refresh() {
    if (drawn) return;
    drawn = requestAnimationFrame(() => {
      drawn = 0;
      drawBar();
      drawCaps();
    });
  }

  function openSheet() {
    sheetDialog ??= document.body.appendChild(h("dialog", { class: "dialog dialog--wide", "aria-labelledby": "key-sheet-title", id: "key-sheet" }));
    const rows = shown().map((entry) => h("li", {}, h("span", { text: entry.label }), h("span", { class: "row" }, ...caps(entry))));
    sheetDialog.replaceChildren(
      h("div", { class: "dialog__head" },
        h("h2", { id: "key-sheet-title", text: "Keys that work now" }),
        h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: () => sheetDialog.close() }, "Close ", h("kbd", { class: "key", text: "Esc" }))),
      h("div", { class: "dialog__body" }, h("ul", { class: "key-sheet" }, ...rows),
        h("p", { class: "dim small", text: "Keys sleep while you type in a text field; Ctrl or Cmd with Enter and Escape still work there." }),
        h("p", { class: "small" }, h("a", { href: "/account/keys/", target: "_blank", rel: "noopener" }, "Change your keys"))),
    );
    sheetDialog.showModal();
  }

  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", refresh);
  document.addEventListener("focusout", refresh);
  if (sheet) register({ key: "?", label: "all keys", action: openSheet, bar: false });

  return { register, scope, layer, refresh, openSheet, entries: () => shown().map(({ key, label, caps: printed }) => ({ key, label, caps: printed || [key] })) };
}
