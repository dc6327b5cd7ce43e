// Where the acts of a work page are sent: the page's own addresses, and those that come with an item and win.

const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** of("workingCopy", entry): the address or undefined; has(name, entry): whether there is one. */
export function createAddresses(urls) {
  const of = (name, entry) => entry.assignment.urls?.[snake(name)] ?? urls[`${name}Url`]?.replace("{assignment}", entry.assignment.id);
  return { of, has: (name, entry) => Boolean(of(name, entry)) };
}

/** The page's own address says which answer is opened again, so that a page that is loaded anew opens it again too. */
export function markReopened(answerId) {
  const here = new URL(location.href);
  if (answerId) here.searchParams.set("answer", answerId);
  else here.searchParams.delete("answer");
  if (here.href !== location.href) history.replaceState(history.state, "", here);
}
