// The form of a new batch: of what pipelines can be told, only the chosen one's part is shown.
// Without this module all parts are shown, and those of the others are ignored.

const form = document.getElementById("batch");

function showChosen() {
  const chosen = new FormData(form).get("pipeline");
  for (const part of form.querySelectorAll("[data-pipeline]")) {
    part.hidden = part.dataset.pipeline !== chosen;
  }
}

if (form) {
  form.addEventListener("change", showChosen);
  showChosen();
}
