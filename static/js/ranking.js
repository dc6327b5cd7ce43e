// Things in an order that never goes against their grades: each grade holds its things, the worse one first.
// What nobody put into an order within a grade is equal there.

/** values: low to high. graded: {place: value or null}; ranks: {place: rank} of an order made before. */
export function createRanking(values, graded = {}, ranks = {}) {
  const bins = new Map(values.map((value) => [value, []]));
  const ordered = new Set();

  const valueOf = (place) => values.find((value) => bins.get(value).includes(place)) ?? null;

  function take(place) {
    bins.forEach((bin) => bin.includes(place) && bin.splice(bin.indexOf(place), 1));
  }

  /** Gives a grade: the best of its equals, or out of the order (null). */
  function put(place, value) {
    if (valueOf(place) === value) return;
    take(place);
    bins.get(value)?.push(place);
  }

  /** Puts it at a place among those of a grade; from then on these are in an order. */
  function move(place, value, at) {
    const bin = bins.get(value);
    const before = bin.indexOf(place);
    take(place);
    bin.splice(before >= 0 && before < at ? at - 1 : at, 0, place);
    if (bin.length > 1) ordered.add(value);
  }

  /** One step to the better (1) or worse (-1), into the next grade at the end of its own; false at the end of all. */
  function step(place, way) {
    const value = valueOf(place);
    const bin = bins.get(value);
    const at = bin.indexOf(place) + way;
    const next = values[values.indexOf(value) + way];
    if (at >= 0 && at < bin.length) move(place, value, way > 0 ? at + 1 : at);
    else if (next === undefined) return false;
    else move(place, next, way > 0 ? 0 : bins.get(next).length);
    return true;
  }

  /** {place: rank}, 1 for the best; equal ones share a rank. */
  function read() {
    const found = {};
    let above = 0;
    for (const value of values.toReversed()) {
      const bin = bins.get(value);
      bin.toReversed().forEach((place, i) => { found[place] = above + 1 + (ordered.has(value) ? i : 0); });
      above += bin.length;
    }
    return found;
  }

  const known = Object.entries(graded).sort(([one], [other]) => (ranks[other] ?? 0) - (ranks[one] ?? 0));
  known.forEach(([place, value]) => bins.get(value)?.push(place));
  bins.forEach((bin, value) => new Set(bin.map((place) => ranks[place])).size > 1 && ordered.add(value));

  return { put, move, step, read, valueOf, at: (value) => bins.get(value), isOrdered: () => ordered.size > 0 };
}
