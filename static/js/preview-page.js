// The experts' page in a preview: the item's own module is mounted as in the workspace, and nothing is sent or kept.

import { h } from "./dom.js";
import { createKeys } from "./keys.js";
import { applySurround } from "./surround.js";

const shell = document.querySelector("[data-shell]");
const { item } = JSON.parse(document.getElementById("item").textContent);
const [stage, panel, foot, words] = ["stage", "panel", "foot", "say"].map((name) => shell.querySelector(`[data-${name}]`));

function say(text) {
  words.textContent = text;
  words.hidden = !text;
}

async function start() {
  const type = await import(shell.dataset.module);
  const keys = createKeys({ bar: shell.querySelector("[data-keybar]") });
  const scope = keys.scope();
  shell.dataset.layout = "panel";
  const handle = type.mount(item, stage, panel, {
    keys: { ...scope, layer: keys.layer, refresh: keys.refresh },
    saved: null, urls: {}, foot, redraft: null, say, tell: () => {}, lookLeft: () => 0,
    setLayout: (name) => { shell.dataset.layout = name; },
    actions: (...buttons) => foot.replaceChildren(...buttons),
    changed: () => {},
    submit: () => say(handle.isComplete() ? "This is a preview: your answer is not stored." : handle.missing?.() || "This is not finished yet."),
  });
  keys.refresh();
  await handle.ready;
  shell.dataset.ready = "yes";
}

applySurround();
shell.querySelector("[data-bar-state]").replaceChildren(h("span", { text: "preview" }));
start();
