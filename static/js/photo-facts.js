// What the camera wrote about a photo, by I; never a file's or a model's name.

import { h } from "./dom.js";

/** given: {"focal length": "35 mm"} or [{label, value}]. Adds the hidden list and its key; null where there is nothing to show. */
export function factsKey(stage, given, keys) {
  const pairs = Array.isArray(given) ? given.map((f) => [f.label, f.value]) : Object.entries(given || {});
  if (!pairs.length) return null;
  const rows = pairs.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: String(value) })]);
  const list = stage.appendChild(h("dl", { class: "facts stage-facts", hidden: true }, ...rows));
  keys?.register({ key: "i", label: "photo facts", action: () => { list.hidden = !list.hidden; } });
  return list;
}
