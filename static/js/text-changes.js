// How far an edited text is from its draft, sentence by sentence, and the way back for one of them.

import { countChanges, wordDiff } from "./diff-view.js";
import { matchUnits, splitSentences } from "./sentences.js";

const some = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** In words: "2 changes, 31 characters, 1 of 4 sentences"; "" where nothing changed. */
export function changesInWords(draft, text) {
  if (text === draft) return "";
  const letters = wordDiff(draft, text).reduce((n, [op, piece]) => n + (op === "equal" ? 0 : piece.length), 0);
  const from = splitSentences(draft);
  const to = splitSentences(text);
  const kept = matchUnits(from, to).filter((i) => i >= 0).length;
  const touched = Math.max(from.length, to.length) - kept;
  return `${some(countChanges(draft, text), "change", "changes")}, ${some(letters, "character", "characters")}, ${touched} of ${some(Math.max(from.length, to.length), "sentence", "sentences")}`;
}

/** The text with its sentence `at` as the draft had it, or null where the draft has none for it. */
export function restoreUnit(draft, text, at) {
  const from = splitSentences(draft);
  const to = splitSentences(text);
  const matched = matchUnits(from, to);
  if (!to[at] || matched[at] >= 0) return null;
  const before = matched.slice(0, at).filter((i) => i >= 0).pop() ?? -1;
  const taken = new Set(matched);
  const lost = from.findIndex((_, i) => i > before && !taken.has(i));
  if (lost < 0) return null;
  return text.slice(0, to[at].start) + from[lost].text + text.slice(to[at].end);
}
