/** The key, if there is a value. */
export function given<K extends string, V>(
  key: K,
  value: V | undefined,
): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}

/** The key, if the list is not empty. */
export function some<K extends string, V>(key: K, list: readonly V[] | undefined) {
  return given(key, list === undefined || list.length === 0 ? undefined : list);
}

/** The key, if the map is not empty. */
export function someKeys<K extends string, V>(key: K, map: Readonly<Record<string, V>>) {
  return given(key, Object.keys(map).length === 0 ? undefined : map);
}
