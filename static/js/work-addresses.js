// Where the acts of a work page are sent: the page's own addresses, and those that come with an item and win.

const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** of("workingCopy", entry): the address or undefined; has(name, entry): whether there is one. */
export function createAddresses(urls) {
  const of = (name, entry) => entry.assignment.urls?.[snake(name)] ?? urls[`${name}Url`]?.replace("{assignment}", entry.assignment.id);
  return { of, has: (name, entry) => Boolean(of(name, entry)) };
}
