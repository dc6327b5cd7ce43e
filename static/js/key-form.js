// The form of one's own keys: a field takes the key that is pressed; Tab leaves it, Escape puts the default back.

const NAMED = { " ": "Space", Enter: "Enter", Backspace: "Backspace", Delete: "Delete", Insert: "Insert", Home: "Home", End: "End", PageUp: "PageUp", PageDown: "PageDown" };

function wanted(event) {
  if (event.key === "Escape") return event.target.dataset.default;
  if (event.key in NAMED) return NAMED[event.key];
  return event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey ? event.key.toUpperCase() : null;
}

for (const field of document.querySelectorAll("[data-key-field]")) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("keydown", (event) => {
    const key = wanted(event);
    if (key === null || event.isComposing) return;
    event.preventDefault();
    field.value = key;
    field.select();
  });
}
