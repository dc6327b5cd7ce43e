// Lines up the sentences of a draft and of several revisions of it, so that they can stand in rows. No DOM.

import { splitSentences } from "./sentences.js";

const ALIKE = 0.35;

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];

/** How alike two sentences are, 0 to 1: twice the shared words over all words. */
export function likeness(one, other) {
  if (one === other) return 1;
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (!a.length || !b.length) return 0;
  const left = new Map();
  a.forEach((word) => left.set(word, (left.get(word) || 0) + 1));
  const shared = b.filter((word) => {
    const n = left.get(word) || 0;
    left.set(word, n - 1);
    return n > 0;
  }).length;
  return (2 * shared) / (a.length + b.length);
}

/** Sentences with the white space before each, so that paragraphs survive a merge. */
export function unitsOf(text) {
  let end = 0;
  return splitSentences(text).map((unit) => {
    const gap = text.slice(end, unit.start);
    end = unit.end;
    return { text: unit.text, gap };
  });
}

/** For each of `others` the place in `base` it stands for, or -1: in order, as alike as can be. */
export function alignUnits(base, others) {
  const best = Array.from({ length: base.length + 1 }, () => new Float64Array(others.length + 1));
  const gain = (i, j) => {
    const like = likeness(base[i].text, others[j].text);
    return like >= ALIKE ? like : -1;
  };
  for (let i = base.length - 1; i >= 0; i -= 1) {
    for (let j = others.length - 1; j >= 0; j -= 1) {
      const both = gain(i, j);
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], both > 0 ? both + best[i + 1][j + 1] : 0);
    }
  }
  const found = new Array(others.length).fill(-1);
  let [i, j] = [0, 0];
  while (i < base.length && j < others.length) {
    const both = gain(i, j);
    if (both > 0 && best[i][j] === both + best[i + 1][j + 1]) found[j++] = i++;
    else if (best[i][j] === best[i + 1][j]) i += 1;
    else j += 1;
  }
  return found;
}

/**
 * Rows of cells: the draft's sentence, then each revision's, null where a text has none there.
 * What a revision adds gets a row of its own after the sentence it follows; alike additions share one.
 */
export function rowsOf(draft, revisions) {
  const base = unitsOf(draft);
  const width = revisions.length + 1;
  const blank = () => new Array(width).fill(null);
  const main = base.map((unit) => Object.assign(blank(), { 0: unit }));
  const added = Array.from({ length: base.length + 1 }, () => []);
  revisions.forEach((text, at) => {
    const units = unitsOf(text);
    const places = alignUnits(base, units);
    let after = 0;
    let from = 0;
    units.forEach((unit, n) => {
      if (places[n] >= 0) {
        main[places[n]][at + 1] = unit;
        after = places[n] + 1;
        from = 0;
        return;
      }
      const here = added[after];
      const mate = here.findIndex((row, k) => k >= from && !row[at + 1] && row.some((cell) => cell && likeness(cell.text, unit.text) >= ALIKE));
      const row = mate >= 0 ? here[mate] : blank();
      if (mate < 0) here.push(row);
      from = here.indexOf(row) + 1;
      row[at + 1] = unit;
    });
  });
  return [...added[0], ...main.flatMap((row, i) => [row, ...added[i + 1]])];
}

/** The text of the chosen cells, one column number (or null: leave out) per row. */
export function mergedText(rows, chosen) {
  return rows.map((row, at) => (chosen[at] === null ? null : row[chosen[at]])).filter(Boolean)
    .map((unit, at) => (at ? (unit.gap.includes("\n") ? unit.gap : " ") : "") + unit.text).join("");
}

/** Whether all texts say the same in this row. */
export const isSame = (row) => row.every((cell) => cell && cell.text === row[0]?.text);
