/** Whether `role` is `top` or lies below it. */
export function isWithin(role: string, top: string): boolean {
  return role === top || role.startsWith(`${top}/`);
}

/** `a/b/c` → `a`, `a/b`, `a/b/c`. */
export function pathOf(role: string): readonly string[] {
  const parts = role.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The roles and all their ancestors, each once, sorted. */
export function withAncestors(roles: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const role of roles) for (const path of pathOf(role)) all.add(path);
  return [...all].sort();
}

/** Among `paths`: those one level below `parent`; below the root when it is absent. */
export function childrenOf(parent: string | undefined, paths: readonly string[]): string[] {
  const depth = parent === undefined ? 1 : parent.split('/').length + 1;
  return paths.filter(
    (path) =>
      path.split('/').length === depth && (parent === undefined || path.startsWith(`${parent}/`)),
  );
}
