// The surround of a photo: near-black, 18 % grey, near-white; remembered in this browser.

const ORDER = ["black", "grey", "white"];
const WORDS = { black: "near-black", grey: "18 % grey", white: "near-white" };
const PLACE = "reframe:surround";

function stored() {
  try {
    const name = localStorage.getItem(PLACE);
    return ORDER.includes(name) ? name : "black";
  } catch {
    return "black";
  }
}

export function applySurround(name = stored()) {
  document.documentElement.dataset.surround = name;
  return name;
}

/** Goes to the next surround and says its name in words. */
export function nextSurround() {
  const now = document.documentElement.dataset.surround || stored();
  const next = applySurround(ORDER[(ORDER.indexOf(now) + 1) % ORDER.length]);
  try {
    localStorage.setItem(PLACE, next);
  } catch {
    // a browser that keeps nothing still switches for this page
  }
  return WORDS[next];
}
