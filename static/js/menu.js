// <details class="menu"> closes on Escape, on a click elsewhere and when another opens.

export function wireMenus(root = document) {
  const close = (except) => {
    for (const menu of root.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  root.addEventListener("click", (event) => close(event.target instanceof Element ? event.target.closest("details.menu") : null));
  root.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element ? event.target.closest("details.menu[open]") : null;
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
