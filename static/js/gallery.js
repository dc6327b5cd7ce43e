// Arrow keys move through a grid of photos; Home and End go to its ends. Tab still visits every photo.

function columns(cards) {
  const top = cards[0].offsetTop;
  const first = cards.findIndex((card) => card.offsetTop > top);
  return first < 0 ? cards.length : first;
}

function target(key, at, cards) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(cards), ArrowUp: -columns(cards) };
  if (key === "Home") return cards[0];
  if (key === "End") return cards.at(-1);
  return key in steps ? cards[at + steps[key]] : undefined;
}

for (const grid of document.querySelectorAll("[data-gallery]")) {
  grid.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const cards = [...grid.querySelectorAll(".photo-card")];
    const at = cards.indexOf(event.target.closest(".photo-card"));
    const next = at < 0 ? undefined : target(event.key, at, cards);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
