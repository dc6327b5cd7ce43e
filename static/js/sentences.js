// Splits a text in sentence units and finds where each stands, so that one can be marked or edited.

const ABBREVIATIONS = /(?:\b(?:e\.g|i\.e|etc|approx|vs|cf|no|fig|Mr|Mrs|Dr|St)|\bf\/\d|\b[A-Z])\.$/;

/** [{text, start, end}]: units without the white space between them; line breaks end a unit. */
export function splitSentences(text) {
  const units = [];
  let start = 0;
  const push = (end) => {
    const piece = text.slice(start, end);
    const lead = piece.length - piece.trimStart().length;
    const body = piece.trim();
    if (body) units.push({ text: body, start: start + lead, end: start + lead + body.length });
    start = end;
  };
  for (const found of text.matchAll(/[.!?…]+["'”’)\]]*(?=\s|$)|\n+/g)) {
    const end = found.index + found[0].length;
    const before = text.slice(start, end);
    if (found[0].startsWith("\n") || !ABBREVIATIONS.test(before.trimEnd())) push(end);
  }
  push(text.length);
  return units;
}

/** For each unit of `edited`, the index of the same unit in `draft`, or -1 where the words are new. */
export function matchUnits(draft, edited) {
  const taken = new Set();
  return edited.map((unit) => {
    const at = draft.findIndex((d, i) => !taken.has(i) && d.text === unit.text);
    if (at >= 0) taken.add(at);
    return at;
  });
}
