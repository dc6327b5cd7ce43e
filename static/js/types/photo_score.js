// Photo score: one photo, one number.
//
// item   {photo: {url, width, height, facts?}, scale?: [{value, label}], question?: "words"}
//        scale defaults to 1..10; facts only where the protocol allows them
// answer {score: int | null, cannot_judge: bool}

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

  function set(isRefused) {
    cannot = isRefused;
    if (cannot) scale.clear();
    refuse.setAttribute("aria-pressed", String(cannot));
    api.say("");
    api.changed();
  }

  panel.append(h("p", { class: "dock__question", text: item.question || "How good is this photo?" }), h("div", { class: "dock__scale" }, scale.node, ends));
  api.actions(button({ label: "Next", key: "Enter", kind: "primary" }), refuse);
  digitKeys(api.keys, values, (value) => scale.pick(value), "score");
  api.keys.register({ key: "-", label: "cannot judge", action: () => set(!cannot), bar: false });
  api.keys.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "next", action: api.submit, bar: false });

  return {
    ready: photo.ready,
    answer: () => ({ score: cannot ? null : scale.value(), cannot_judge: cannot }),
    isComplete: () => cannot || scale.value() !== null,
    missing: () => "Give a score first, or say that you cannot judge.",
    destroy: photo.destroy,
  };
}
