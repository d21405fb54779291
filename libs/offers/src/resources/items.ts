/** Words of a set, sorted, each once; every function here takes and returns this form. */
export type Items = readonly string[];

/** Brings words in any order, with repetitions, into that form. */
export function sortedItems(items: readonly string[]): Items {
  for (let i = 1; i < items.length; i += 1) {
    if ((items[i - 1] ?? '') >= (items[i] ?? '')) return [...new Set(items)].sort();
  }
  return items;
}

export function unionItems(a: Items, b: Items): Items {
  return containsItems(a, b) ? a : sortedItems([...a, ...b]);
}

export function containsItems(outer: Items, inner: Items): boolean {
  let i = 0;
  for (const item of inner) {
    while (i < outer.length && (outer[i] ?? '') < item) i += 1;
    if (outer[i] !== item) return false;
    i += 1;
  }
  return true;
}

export function equalItems(a: Items, b: Items): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
