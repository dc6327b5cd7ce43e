// Fetches the next item ahead of time, under this person's own lease, and decodes its pictures.

import { post } from "./http.js";

/** Every picture URL found anywhere in an item, in order, without doubles. */
export function pictureUrls(value, found = new Set()) {
  if (Array.isArray(value)) value.forEach((v) => pictureUrls(v, found));
  else if (value && typeof value === "object") {
    if (typeof value.url === "string" && (value.width || value.kind === "image")) found.add(value.url);
    Object.values(value).forEach((v) => pictureUrls(v, found));
  }
  return [...found];
}

async function decodeOne(url) {
  const img = new Image();
  img.src = url;
  try {
    await img.decode();
  } catch {
    return null;
  }
  return img;
}

/** Decodes the pictures of an item and keeps them alive as long as the returned list is held. */
export function decodePictures(item) {
  return Promise.all(pictureUrls(item).map(decodeOne));
}

const AHEAD = 2;

/** A short queue of items that are ready to be shown. */
export function createPrefetch({ claimUrl }) {
  const queue = [];
  let pending = null;

  const ids = () => queue.map((entry) => entry.assignment.id);

  async function add(reply) {
    reply.pictures = await decodePictures(reply.item);
    if (!ids().includes(reply.assignment.id)) queue.push(reply);
  }

  /** held: ids this page has already. Asks until two are ready; a failure is tried at the next item. */
  function fill(held) {
    if (queue.length >= AHEAD || pending) return pending || Promise.resolve();
    let isNew = false;
    pending = post(claimUrl, { after: held })
      .then(async (reply) => {
        isNew = Boolean(reply.assignment) && !held.includes(reply.assignment.id);
        if (isNew) await add(reply);
      })
      .catch(() => {})
      .finally(() => {
        pending = null;
        if (isNew) fill([...new Set([...held, ...ids()])]);
      });
    return pending;
  }

  return { take: () => queue.shift(), putBack: (entry) => queue.unshift(entry), fill, ids, pending: () => pending };
}
