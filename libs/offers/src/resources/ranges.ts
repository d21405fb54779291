/** A closed interval of whole numbers: both ends belong to it. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** Sorted, disjoint and not touching; every function here takes and returns this form. */
export type Ranges = readonly Range[];

/** Brings intervals in any order into the coalesced form; what has it already is returned as is. */
export function coalesce(ranges: readonly Range[]): Ranges {
  if (isCoalesced(ranges)) return ranges;
  const sorted = [...ranges].sort((a, b) => a.begin - b.begin);
  const merged: Range[] = [];
  let open: Range | undefined;
  for (const range of sorted) {
    if (open !== undefined && range.begin <= open.end + 1) {
      if (range.end > open.end) open = { begin: open.begin, end: range.end };
    } else {
      if (open !== undefined) merged.push(open);
      open = range;
    }
  }
  if (open !== undefined) merged.push(open);
  return merged;
}

/** What is in either. Linear: both are sorted. */
export function unionRanges(a: Ranges, b: Ranges): Ranges {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const merged: Range[] = [];
  let i = 0;
  let j = 0;
  let x = a[0];
  let y = b[0];
  let open: Range | undefined;
  while (x !== undefined || y !== undefined) {
    let next: Range;
    if (x !== undefined && (y === undefined || x.begin <= y.begin)) {
      next = x;
      i += 1;
      x = i < a.length ? a[i] : undefined;
    } else if (y !== undefined) {
      next = y;
      j += 1;
      y = j < b.length ? b[j] : undefined;
    } else {
      break;
    }
    if (open === undefined) {
      open = next;
    } else if (next.begin > open.end + 1) {
      merged.push(open);
      open = next;
    } else if (next.end > open.end) {
      open = { begin: open.begin, end: next.end };
    }
  }
  if (open !== undefined) merged.push(open);
  return merged;
}

/** Where differences are gathered: what is kept is then no longer than it has to be. */
const LEFT: Range[] = [];

/** What is in `a` and not in `b`; `a` itself when they have nothing in common. */
export function differenceRanges(a: Ranges, b: Ranges): Ranges {
  if (a === b) return [];
  if (a.length === 0 || b.length === 0) return a;
  let count = 0;
  let cuts = 0;
  let j = 0;
  for (const range of a) {
    let begin = range.begin;
    for (;;) {
      const cut = j < b.length ? b[j] : undefined;
      if (cut === undefined || cut.begin > range.end) break;
      if (cut.end >= begin) {
        cuts += 1;
        if (cut.begin > begin) LEFT[count++] = { begin, end: cut.begin - 1 };
        begin = cut.end + 1;
      }
      // A cut that reaches beyond this range may still bite the next one.
      if (cut.end > range.end) break;
      j += 1;
    }
    if (begin === range.begin) LEFT[count++] = range;
    else if (begin <= range.end) LEFT[count++] = { begin, end: range.end };
  }
  return cuts === 0 ? a : LEFT.slice(0, count);
}

/** What is in both. */
export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  if (a === b) return a;
  const shared: Range[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = i < a.length ? a[i] : undefined;
    const y = j < b.length ? b[j] : undefined;
    if (x === undefined || y === undefined) return shared;
    const begin = Math.max(x.begin, y.begin);
    const end = Math.min(x.end, y.end);
    if (begin <= end) shared.push({ begin, end });
    if (x.end < y.end) i += 1;
    else j += 1;
  }
}

/** Whether every number of `inner` is in `outer`. */
export function containsRanges(outer: Ranges, inner: Ranges): boolean {
  if (outer === inner) return true;
  const count = outer.length;
  let i = 0;
  for (const range of inner) {
    let around = i < count ? outer[i] : undefined;
    while (around !== undefined && around.end < range.begin) {
      i += 1;
      around = i < count ? outer[i] : undefined;
    }
    if (around === undefined || around.begin > range.begin || around.end < range.end) return false;
  }
  return true;
}

export function equalRanges(a: Ranges, b: Ranges): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i];
    const y = b[i];
    if (x?.begin !== y?.begin || x?.end !== y?.end) return false;
  }
  return true;
}

/** How many whole numbers the intervals hold. */
export function countRanges(ranges: Ranges): number {
  let count = 0;
  for (const range of ranges) count += range.end - range.begin + 1;
  return count;
}

/** `[31000-31009,31020-31020]`, as Mesos writes ranges. */
export function formatRanges(ranges: Ranges): string {
  return `[${ranges.map((range) => `${range.begin}-${range.end}`).join(',')}]`;
}

function isCoalesced(ranges: readonly Range[]): boolean {
  let free = -1;
  for (const range of ranges) {
    if (range.begin < free) return false;
    free = range.end + 2;
  }
  return true;
}
