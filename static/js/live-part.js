// A part of a page that fetches itself again ([data-live], htmx) holds still while somebody reads in it.

const isRead = (part) =>
  part.contains(document.activeElement) && document.activeElement !== document.body
  || [...part.querySelectorAll("details")].some((each) => each.open)
  || [...part.querySelectorAll("[tabindex]")].some((each) => each.scrollTop > 0);

document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest?.("[data-live]");
  if (part === event.target && (document.hidden || isRead(part))) event.preventDefault();
});
