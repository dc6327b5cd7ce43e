// What the camera wrote about a photo, by I; never a file's or a model's name.

import { h } from "./dom.js";

const shutter = (s) => (s >= 0.4 ? `${Number(s)} s` : `1/${Math.round(1 / s)} s`);
const WORDS = {
  focal_length_mm: ["focal length", (v) => `${v} mm`],
  focal_length_35mm: ["as on 35 mm film", (v) => `${v} mm`],
  aperture: ["aperture", (v) => (String(v).startsWith("f/") ? v : `f/${v}`)],
  shutter_s: ["shutter", shutter],
  iso: ["sensitivity", (v) => `ISO ${v}`],
  taken_at: ["taken", (v) => String(v).replace("T", " ").slice(0, 16)],
};

/** One fact as a name and words for people: "shutter_s", 0.002 gives "shutter", "1/500 s". */
export function factInWords(name, value) {
  const [label, words] = WORDS[name] || [name.replaceAll("_", " "), String];
  return [label, String(words(value))];
}

/** given: {"focal length": "35 mm"} or [{label, value}]. Adds the hidden list and its key; null where there is nothing to show. */
export function factsKey(stage, given, keys) {
  const pairs = Array.isArray(given) ? given.map((f) => [f.label, f.value]) : Object.entries(given || {}).map(([name, value]) => factInWords(name, value));
  if (!pairs.length) return null;
  const rows = pairs.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: String(value) })]);
  const list = stage.appendChild(h("dl", { class: "facts stage-facts", hidden: true }, ...rows));
  keys?.register({ key: "i", label: "photo facts", action: () => { list.hidden = !list.hidden; } });
  return list;
}
