// Filters as chips in the URL: <form data-filters> sends itself when a choice changes; empty fields stay out of the URL.

export function wireFilters(root = document) {
  for (const form of root.querySelectorAll("form[data-filters]")) {
    const go = () => {
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
      const search = query.toString();
      location.assign(search ? `${form.action.split("?")[0]}?${search}` : form.action.split("?")[0]);
    };
    form.addEventListener("change", (event) => {
      if (!event.target.matches("input[type=search], input[type=text], input[type=date]")) go();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go();
    });
  }
}
