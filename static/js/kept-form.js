// What is half done in a form, kept in this browser until it has been sent. A form says data-keep (a place of its
// own, the person's id first) and data-turn, which the server counts on when it has taken what was sent: what was
// kept in an earlier turn is forgotten. Nothing else tells whether a form that leaves the page has arrived.

import { h } from "./dom.js";
import { forgetKept, isSame, readKept, writeKept } from "./kept-copy.js";

const START = "reframe:form:";
const DAYS = 30;
const NEVER = new Set(["csrfmiddlewaretoken", "reply_to"]);

const valuesOf = (form) => [...new FormData(form)].filter(([name, value]) => !NEVER.has(name) && typeof value === "string");

function fill(form, values) {
  [...form.elements].filter((each) => each.name && !NEVER.has(each.name)).forEach((each) => {
    const given = values.filter(([name]) => name === each.name).map(([, value]) => value);
    if (each.type === "radio" || each.type === "checkbox") each.checked = given.includes(each.value);
    else if (given.length) [each.value] = given;
  });
}

function forgetOld(storage) {
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  Object.keys(storage).filter((name) => name.startsWith(START) && !(readKept(name, storage)?.at > oldest)).forEach((name) => forgetKept(name, storage));
}

/**
 * keepForm(form, {more, restore}) fills the form with what was kept and keeps what is typed from now on.
 *   more     () => what else belongs to it, as JSON
 *   restore  (more): shows that again, before the fields are filled
 * Returns changed(), for changes that no input event tells of.
 */
export function keepForm(form, { more = () => null, restore = () => {}, storage = localStorage } = {}) {
  const place = START + form.dataset.keep;
  const { turn } = form.dataset;
  const now = () => ({ values: valuesOf(form), more: more() });
  const untouched = now();

  function changed() {
    const { values, more: also } = now();
    if (isSame({ values, more: also }, untouched)) forgetKept(place, storage);
    else writeKept(place, { turn, values, more: also, at: Date.now() }, storage);
  }

  function showAgain(kept) {
    if (kept.more) restore(kept.more);
    fill(form, kept.values);
    const details = form.closest("details");
    if (details) details.open = true;
    const anew = h("button", { type: "button", class: "btn btn--small btn--quiet", onclick: () => { forgetKept(place, storage); location.reload(); } }, "Start afresh");
    form.prepend(h("p", { class: "dim small kept-note", role: "status" }, "You had begun this; it was kept in this browser. ", anew));
  }

  const kept = readKept(place, storage);
  if (kept && kept.turn === turn) showAgain(kept);
  else if (kept) forgetKept(place, storage);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  return changed;
}

/** Every form of the page that asks for it and is not kept by its own script. */
export function keepForms(root = document) {
  try {
    forgetOld(localStorage);
  } catch {
    return; // this browser keeps nothing
  }
  root.querySelectorAll("form[data-keep]:not([data-settle])").forEach((form) => keepForm(form));
}
