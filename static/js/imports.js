// The import form: what is typed as credit goes along with every file, for archives start by themselves.

for (const form of document.querySelectorAll("form[data-import]")) {
  const drop = form.querySelector("[data-upload]");
  const keep = () => {
    const fields = ["author", "licence", "source"].map((name) => [name, form.elements[name]?.value || ""]);
    drop.dataset.fields = JSON.stringify(Object.fromEntries(fields));
  };
  form.addEventListener("input", keep);
  keep();
}
