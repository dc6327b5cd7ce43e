// The copy of unfinished work that this browser keeps of one assignment, and what it is worth beside the server's.
//
// Kept is {content, version, isSaved, sent, spent}: `version` is the server's version that the content grew from, `isSaved`
// says that the server has this very content, `sent` is what went out and nobody answered, `spent` the time it has cost.

const canonical = (value) => JSON.stringify(value, (_, each) => (
  each && typeof each === "object" && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each
));

/** Whether two contents are the same; databases put keys in an order of their own. */
export const isSame = (a, b) => canonical(a) === canonical(b);

/** What this browser kept at the place, or null. */
export function readKept(place, storage = localStorage) {
  try {
    return JSON.parse(storage.getItem(place) || "null");
  } catch {
    return null;
  }
}

/** Keeps it; false where the browser keeps nothing (its store is closed or full). */
export function writeKept(place, kept, storage = localStorage) {
  try {
    storage.setItem(place, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function forgetKept(place, storage = localStorage) {
  try {
    storage.removeItem(place);
  } catch {
    // then there was nothing to forget
  }
}

/**
 * What to go on with: {content, version, isAhead, theirs}. isAhead: the server has yet to get it. `theirs` is the server's content
 * where neither copy grew out of the other, so that a person has to choose. server: {content, version} or null.
 */
export function pickCopy(kept, server) {
  if (!server) return { content: kept?.content ?? null, version: 0, isAhead: Boolean(kept), theirs: null };
  const { content, version } = server;
  if (!kept || kept.isSaved || isSame(kept.content, content)) return { content, version, isAhead: false, theirs: null };
  const grewFromIt = kept.version === version || (kept.sent || []).some((each) => isSame(each, content));
  return { content: kept.content, version, isAhead: grewFromIt, theirs: grewFromIt ? null : content };
}
