// Every edit of a text on its way to what is sent, as small steps with their time. They travel with the working
// copy and are sent with the answer; the server plays them back from the draft.
//
// A step {block, at, start, cut, put}: at `at` (milliseconds of the clock) `cut` characters from `start` on went
// and `put` came. Characters are code points, as the server counts them.

const PAUSE = 800;
const LONGEST_STEP = 10000;
const MOST = 500;
const MOST_LETTERS = 40000;

/** What turned one text into another: {start, cut, put}, or null where nothing did. */
export function editBetween(before, after) {
  if (before === after) return null;
  const [from, to] = [Array.from(before), Array.from(after)];
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  return { start, cut: from.length - start - end, put: to.slice(start, to.length - end).join("") };
}

/**
 * texts: name to text as it stands now; saved: steps of an earlier visit.
 * begin(name, text): one more of them. note(name, text) after every change: what is typed without a pause is one step. steps(): all of them.
 */
export function createEditTrail(texts, { saved = [], now = () => Date.now() } = {}) {
  const known = { ...texts };
  const steps = saved.map((step) => ({ ...step }));
  let letters = steps.reduce((n, step) => n + step.put.length, 0);
  let open = null;

  function goesOn(name, at) {
    return open?.name === name && at - open.last < PAUSE && at - open.from < LONGEST_STEP;
  }

  function note(name, text) {
    const before = known[name] ?? "";
    if (text === before) return;
    const at = now();
    if (goesOn(name, at)) letters -= steps.pop()?.put.length ?? 0;
    else open = { name, from: at, base: before };
    open.last = at;
    known[name] = text;
    const edit = editBetween(open.base, text);
    // What was typed and taken back again in one go is no step.
    if (!edit || steps.length >= MOST || letters + edit.put.length > MOST_LETTERS) {
      open = null;
      return;
    }
    letters += edit.put.length;
    steps.push({ block: name, at, ...edit });
  }

  return { begin: (name, text) => { known[name] = text; }, note, steps: () => steps.map((step) => ({ ...step })) };
}
