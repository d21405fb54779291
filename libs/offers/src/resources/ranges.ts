/** A closed interval of whole numbers: both ends belong to it. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** Sorted, disjoint and not touching; every function here takes and returns this form. */
export type Ranges = readonly Range[];

/** Brings intervals in any order into the coalesced form. Linear after sorting. */
export function coalesce(ranges: readonly Range[]): Ranges {
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

export function unionRanges(a: Ranges, b: Ranges): Ranges {
  return coalesce([...a, ...b]);
}

/** What is in `a` and not in `b`. */
export function differenceRanges(a: Ranges, b: Ranges): Ranges {
  const left: Range[] = [];
  let j = 0;
  for (const range of a) {
    let begin = range.begin;
    for (;;) {
      const cut = b[j];
      if (cut === undefined || cut.begin > range.end) break;
      if (cut.end >= begin) {
        if (cut.begin > begin) left.push({ begin, end: cut.begin - 1 });
        begin = cut.end + 1;
      }
      // A cut that reaches beyond this range may still bite the next one.
      if (cut.end > range.end) break;
      j += 1;
    }
    if (begin <= range.end) left.push({ begin, end: range.end });
  }
  return left;
}

/** What is in both. */
export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  const shared: Range[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
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
  let i = 0;
  for (const range of inner) {
    let around = outer[i];
    while (around !== undefined && around.end < range.begin) {
      i += 1;
      around = outer[i];
    }
    if (around === undefined || around.begin > range.begin || around.end < range.end) return false;
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
