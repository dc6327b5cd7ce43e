// Word-level difference of two texts, and its picture: <ins> and <del> in one run of text.

import { h } from "./dom.js";

const WORDS = /\s+|[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu;
const LIMIT = 4000000;

// Longest common subsequence over word tokens; the table is bounded, very long texts fall back to whole replacement.
function table(a, b) {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      rows[i][j] = a[i] === b[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  return rows;
}

function push(ops, op, text) {
  const last = ops[ops.length - 1];
  if (last && last[0] === op) last[1] += text;
  else ops.push([op, text]);
}

/** [["equal" | "insert" | "delete", text], ...] that turns `before` into `after`. */
export function wordDiff(before, after) {
  if (before === after) return before ? [["equal", before]] : [];
  const a = before.match(WORDS) || [];
  const b = after.match(WORDS) || [];
  if (a.length * b.length > LIMIT) return [["delete", before], ["insert", after]];
  const rows = table(a, b);
  const ops = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(ops, "equal", a[i]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || rows[i + 1][j] >= rows[i][j + 1])) push(ops, "delete", a[i++]);
    else push(ops, "insert", b[j++]);
  }
  return gather(ops);
}

// Single spaces between two changes join them, so that a changed phrase reads as one change.
function gather(ops) {
  const out = [];
  let gone = "";
  let come = "";
  const flush = () => {
    if (gone) out.push(["delete", gone]);
    if (come) out.push(["insert", come]);
    gone = "";
    come = "";
  };
  ops.forEach(([op, text], at) => {
    const bridges = op === "equal" && /^\s+$/.test(text) && at > 0 && at < ops.length - 1 && (gone || come);
    if (op === "delete" || bridges) gone += text;
    if (op === "insert" || bridges) come += text;
    if (op === "equal" && !bridges) {
      flush();
      out.push([op, text]);
    }
  });
  flush();
  return out;
}

/** Number of changed places between two texts. */
export function countChanges(before, after) {
  const ops = wordDiff(before, after);
  return ops.filter(([op], i) => op !== "equal" && (i === 0 || ops[i - 1][0] === "equal")).length;
}

/** Writes the difference into a node. */
export function showDiff(node, before, after) {
  const pieces = wordDiff(before, after).map(([op, text]) => {
    if (op === "equal") return document.createTextNode(text);
    return h(op === "insert" ? "ins" : "del", { text });
  });
  node.replaceChildren(...pieces);
}
