// The count beside the bell: asked for again now and then, while the page is looked at.

import { get } from "./http.js";

const EVERY_MS = 90_000;

export function wireBell() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const { unread } = await get(bell.dataset.bell);
      show(bell, unread);
    } catch (problem) {
      if (problem.isSignedOut) clearInterval(timer);
    }
  }, EVERY_MS);
}

function show(bell, unread) {
  const count = bell.querySelector("[data-bell-count]");
  count.hidden = !unread;
  count.textContent = unread > 98 ? "99+" : unread;
  bell.setAttribute("aria-label", unread ? `Notices, ${unread} unread` : "Notices");
}
