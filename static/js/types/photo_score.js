// Photo score: one photo, one number; and, where the campaign asks, a row of attributes below it.
//
// item   {photo: {url, width, height, facts?}, scale?: [{value, label}], question?: "words",
//         attributes?: [{name, title}], attribute_scale?: [{value, label}]}
//        scale defaults to 1..10; facts only where the protocol allows them
// answer {score: int | null, cannot_judge: bool, attributes: {name: int | null}, null where the photo has none}
//        With attributes a digit grades the row that is lit and goes on to the next; 0 says "none" there.

import { createAttributes } from "../attributes.js";
import { button, h } from "../dom.js";
import { createPhotoStage } from "../photo-stage.js";
import { createScale, digitKeys } from "../rating.js";

const TEN = Array.from({ length: 10 }, (_, i) => ({ value: i + 1, label: { 0: "poor", 4: "fair", 9: "outstanding" }[i] || "" }));

export function mount(item, stage, panel, api) {
  const values = item.scale?.length ? item.scale : TEN;
  let cannot = Boolean(api.saved?.cannot_judge);
  api.setLayout("wide");
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys });
  const scale = createScale({ values, name: "Score", value: cannot ? null : api.saved?.score ?? null, isBig: true, onPick: () => set(false) });
  const refuse = button({ label: "Cannot judge", key: "-", kind: "quiet", "aria-pressed": String(cannot) });
  const ends = h("div", { class: "scale-ends" }, h("span", { text: `${values[0].value} ${values[0].label || ""}` }), h("span", { text: `${values.at(-1).value} ${values.at(-1).label || ""}` }));
  const main = h("div", { class: "dock__scale" }, scale.node, ends);
  const more = item.attributes?.length ? createAttributes({ asked: item.attributes, values: item.attribute_scale, saved: cannot ? {} : api.saved?.attributes, first: { node: main, scale }, keys: api.keys, onChange: () => set(false), say: api.say, tell: api.tell }) : null;

  function set(isRefused) {
    cannot = isRefused;
    if (cannot) {
      scale.clear();
      more?.clear();
    }
    refuse.setAttribute("aria-pressed", String(cannot));
    api.say("");
    api.changed();
  }

  panel.append(h("p", { class: "dock__question", text: item.question || "How good is this photo?" }), more ? h("div", { class: "dock__grades" }, main, more.node) : main);
  api.actions(button({ label: "Next", key: "Enter", kind: "primary" }), refuse);
  if (more) more.registerKeys(values);
  else digitKeys(api.keys, values, (value) => scale.pick(value), "score");
  api.keys.register({ key: "-", label: "cannot judge", action: () => set(!cannot), bar: false });
  api.keys.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "next", action: api.submit, bar: false });

  return {
    ready: photo.ready,
    answer: () => ({ score: cannot ? null : scale.value(), cannot_judge: cannot, ...(more && { attributes: cannot ? {} : more.grades() }) }),
    isComplete: () => cannot || (scale.value() !== null && !more?.missing().length),
    missing: () => (scale.value() === null ? "Give a score first, or say that you cannot judge." : `Still open: ${more.missing().join(", ")}. Press 0 where the photo has none.`),
    destroy: photo.destroy,
  };
}
