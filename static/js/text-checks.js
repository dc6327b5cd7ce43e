// Checks while typing. They warn and never refuse.

import { factInWords } from "./photo-facts.js";

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;
// Words that every longer text of a language has: enough to tell which one it is in.
const COMMON = {
  English: "the and of to in is that it with as for on are this from".split(" "),
  German: "der die das und ist nicht mit ein eine den von zu auf im sich".split(" "),
  French: "le la les et est des une un dans pour que qui sur pas du".split(" "),
  Spanish: "el la los las y es una un que de con por para del se".split(" "),
};
// What a camera wrote can be held against what a text says of it.
const CLAIMS = [
  { name: "aperture", pattern: /f\/\s?(\d+(?:\.\d+)?)/gi },
  { name: "focal length", pattern: /(\d+(?:\.\d+)?)\s?mm\b/gi },
  { name: "sensitivity", pattern: /ISO\s?(\d+)/gi },
];

const words = (text) => text.match(WORD) || [];

function languageOf(text) {
  const all = words(text.toLowerCase());
  const score = (name) => all.filter((word) => COMMON[name].includes(word)).length / all.length;
  const ranked = Object.keys(COMMON).map((name) => [score(name), name]).sort((a, b) => b[0] - a[0]);
  return all.length >= 12 && ranked[0][0] > 0.12 && ranked[0][0] > ranked[1][0] * 1.4 ? ranked[0][1] : null;
}

function claimsAgainst(text, given) {
  const facts = Object.fromEntries(Object.entries(given).map(([name, value]) => factInWords(name, value)));
  return CLAIMS.flatMap(({ name, pattern }) => {
    const fact = facts[name] && String(facts[name]).match(/\d+(?:\.\d+)?/)?.[0];
    if (!fact) return [];
    return [...text.matchAll(pattern)].filter((m) => Number(m[1]) !== Number(fact)).map((m) => `Says ${m[0]}; the camera wrote ${facts[name]}.`);
  });
}

/**
 * Sentences of warning about a text. checks {min_words, max_words, banned: [words]}; facts as the camera wrote them;
 * draft: what it was made from, whose language it should keep; doubted: sentences marked false that still stand in it.
 */
export function warningsOf(text, { checks = {}, facts = {}, draft = "", doubted = 0 } = {}) {
  const count = words(text).length;
  const found = [];
  if (checks.min_words && count < checks.min_words) found.push(`${count} words; at least ${checks.min_words} are asked for.`);
  if (checks.max_words && count > checks.max_words) found.push(`${count} words; at most ${checks.max_words} are asked for.`);
  const low = ` ${words(text.toLowerCase()).join(" ")} `;
  for (const phrase of checks.banned || []) {
    if (low.includes(` ${words(phrase.toLowerCase()).join(" ")} `)) found.push(`The guidelines avoid "${phrase}".`);
  }
  const [mine, theirs] = [languageOf(text), languageOf(draft)];
  if (mine && theirs && mine !== theirs) found.push(`Reads like ${mine}; the draft is in ${theirs}.`);
  found.push(...claimsAgainst(text, facts));
  if (doubted) found.push(`${doubted === 1 ? "A sentence" : `${doubted} sentences`} marked wrong still ${doubted === 1 ? "stands" : "stand"} in the text.`);
  return found;
}
