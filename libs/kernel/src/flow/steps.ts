/**
 * Work that is done step by step: whoever drives it may let others have their turn between two
 * steps, or give it up. The work itself is synchronous and knows nothing of time.
 */
export type Steps<T> = Generator<void, T>;

/** Does all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Items between two steps where each takes a few microseconds. */
const ITEMS_PER_STEP = 200;

/** Does the same for every item, a step being some of them. */
export function* eachInSteps<T>(
  items: Iterable<T>,
  work: (item: T, index: number) => void,
  perStep = ITEMS_PER_STEP,
): Steps<void> {
  if (Array.isArray(items)) {
    yield* eachOfList(items as readonly T[], work, perStep);
    return;
  }
  let index = 0;
  for (const item of items) {
    work(item, index);
    index += 1;
    if (index % perStep === 0) yield;
  }
}

/** By position: an iterator of whatever kind would make an object per item. */
function* eachOfList<T>(
  items: readonly T[],
  work: (item: T, index: number) => void,
  perStep: number,
): Steps<void> {
  for (let begun = 0; begun < items.length;) {
    const end = Math.min(items.length, begun + perStep);
    for (let index = begun; index < end; index += 1) work(items[index] as T, index);
    begun = end;
    if (begun % perStep === 0) yield;
  }
}

/** A list of what `work` makes of every item. */
export function* mapInSteps<T, U>(
  items: Iterable<T>,
  work: (item: T, index: number) => U,
  perStep = ITEMS_PER_STEP,
): Steps<U[]> {
  const made: U[] = [];
  yield* eachInSteps(items, (item, index) => void made.push(work(item, index)), perStep);
  return made;
}
