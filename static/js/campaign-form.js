// The campaign builder: fields of sessions show only where there are sessions, and the preview fits its card.
// Without this module all fields are shown; those that do not apply are ignored.

const WIDTH = 1280; // of the experts' page in the frame, in its own pixels
const form = document.getElementById("campaign");
const preview = document.getElementById("preview");
const fit = new ResizeObserver((entries) => entries.forEach(({ target }) => scale(target)));

function showSessions() {
  const inSessions = new FormData(form).get("distribution") === "sessions";
  for (const name of ["session_count", "block_count"]) {
    const field = form.querySelector(`[data-field="${name}"]`);
    if (field) field.hidden = !inSessions;
  }
}

function scale(box) {
  const frame = box.querySelector("iframe");
  if (frame) frame.style.transform = `scale(${box.clientWidth / WIDTH})`;
}

if (form) {
  form.addEventListener("change", showSessions);
  showSessions();
}
if (preview) {
  preview.addEventListener("htmx:afterSwap", () => {
    fit.disconnect();
    preview.querySelectorAll("[data-preview]").forEach((box) => fit.observe(box));
  });
}
