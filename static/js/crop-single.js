// One crop at a time: always the same area on the same surround. A digit scores it; two seconds later it is sent,
// unless another digit corrects it, Backspace takes it back, or Enter sends it at once.

import { button, decoded, h } from "./dom.js";
import { createScale, digitKeys, digitOf } from "./rating.js";
import { openReasons } from "./reasons.js";

const CORRECTING = 2000;
// Width to height, either way up, from which a frame is shown smaller: so large an area fits every usual frame.
const LONGEST = 16 / 9;

export function mountSingle(item, stage, panel, api) {
  const [crop] = item.crops;
  const saved = api.saved?.scores?.[0] ?? {};
  let given = Object.hasOwn(saved, "score") ? saved : null;
  let timer = 0;
  api.setLayout("wide");

  const img = h("img", { src: crop.url, alt: "The crop to judge", draggable: false, decoding: "async" });
  const root = h("div", { class: "single" }, img);
  const words = h("div", { class: "single__words", "aria-hidden": "true" }, ...item.scale.map((each) => h("span", { text: each.label || "" })));
  const scale = createScale({ values: item.scale, name: "Score", value: given?.score ?? null, isBig: true, onPick: (score) => set({ score }) });
  const refuse = button({ label: "Cannot judge", key: "-", kind: "quiet", "aria-pressed": "false" });
  const wait = h("div", { class: "single__wait", "aria-hidden": "true" });
  const watcher = new ResizeObserver(layout);
  stage.append(root);
  watcher.observe(root);

  function layout() {
    const side = Math.min(root.clientWidth, root.clientHeight) * 0.94;
    const area = (side * side) / LONGEST;
    const ratio = crop.width / crop.height;
    const [w, high] = [Math.sqrt(area * ratio), Math.sqrt(area / ratio)];
    const shrink = Math.min(1, (root.clientWidth * 0.94) / w, (root.clientHeight * 0.94) / high);
    Object.assign(img.style, { width: `${w * shrink}px`, height: `${high * shrink}px` });
  }

  function show() {
    refuse.setAttribute("aria-pressed", String(given?.score === null));
    api.say("");
    api.keys.refresh();
  }

  function stop() {
    clearTimeout(timer);
    wait.removeAttribute("data-runs");
  }

  // Not while a list or a dialog is open, or while nobody looks: then Enter sends it.
  function send() {
    stop();
    const isBusy = document.hidden || document.querySelector("dialog[open]") || api.foot.querySelector(".reasons");
    if (!isBusy) api.submit();
  }

  function set(answer) {
    given = { place: crop.place, ...answer };
    stop();
    const label = item.scale.find((each) => each.value === answer.score)?.label;
    show();
    api.changed();
    api.tell(`${answer.score ?? "cannot judge"} ${label || ""}: sent in two seconds`);
    requestAnimationFrame(() => wait.setAttribute("data-runs", ""));
    timer = setTimeout(send, Math.max(CORRECTING, api.lookLeft() + 50));
  }

  function askWhy() {
    stop();
    openReasons({
      host: api.foot, keys: api.keys, title: "It cannot be judged, because", reasons: item.reasons || [],
      onPick: (reason) => {
        scale.clear();
        set({ score: null, reason });
      },
    });
  }

  function takeBack() {
    stop();
    given = null;
    scale.clear();
    show();
    api.changed();
  }

  panel.append(h("p", { class: "dock__question", text: item.question || "How good is this crop?" }), h("div", { class: "dock__scale single__scale" }, scale.node, words, wait));
  api.actions(button({ label: "Next", key: "Enter", kind: "primary" }), refuse);
  digitKeys(api.keys, item.scale, (value) => scale.pick(value), "score");
  api.keys.register({ key: "-", alt: item.scale.some((each) => digitOf(each.value) === "0") ? [] : ["0"], label: "cannot judge", action: askWhy, bar: false });
  api.keys.register({ key: "Backspace", label: "take back", action: takeBack });
  api.keys.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "next", action: () => { stop(); api.submit(); }, bar: false });
  show();

  return {
    ready: decoded(img),
    answer: () => ({ scores: given ? [given] : [] }),
    isComplete: () => given !== null,
    missing: () => "Give a score first, or say that it cannot be judged.",
    destroy() {
      stop();
      watcher.disconnect();
      root.remove();
    },
  };
}
