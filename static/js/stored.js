// Small choices of a person that this browser remembers: an overlay, a colour of lines, the width of the panel.

/** The remembered value, or `fallback`; a browser that keeps nothing gives the fallback. */
export function recall(name, fallback) {
  try {
    return localStorage.getItem(`reframe:${name}`) || fallback;
  } catch {
    return fallback;
  }
}

/** Remembers a value as text; where that cannot be, it holds for this page only. */
export function remember(name, value) {
  try {
    localStorage.setItem(`reframe:${name}`, String(value));
  } catch {
    // it still holds for this page
  }
}
