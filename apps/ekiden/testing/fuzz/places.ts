type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether an error's path names a place of the document (marathon-api 2.1): a field or element that
 * is there, or a field that is missing from an object that is there. `/keys(0)` counts the keys of
 * a map, `/size` that of a list; `/app(0)` and `/apps//shop/web` name apps of the whole request.
 */
export function namesPlace(document: unknown, path: string): boolean {
  if (path === '/' || /^\/(?:app|pod)\(\d+\)/.test(path)) return true;
  const node = /^\/(?:apps|groups)\/(\/.*)$/.exec(path)?.[1];
  if (node !== undefined) return idsIn(document).some((id) => node.includes(lastOf(id)));
  return isAt(document, path);
}

function isAt(value: unknown, rest: string): boolean {
  if (rest === '') return true;
  if (Array.isArray(value)) {
    const [all, index] = /^\((\d+)\)/.exec(rest) ?? [];
    if (all === undefined) return rest === '/size';
    return Number(index) < value.length && isAt(value[Number(index)], rest.slice(all.length));
  }
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  const key = /^\/keys\((\d+)\)$/.exec(rest)?.[1];
  if (key !== undefined && Number(key) < Object.keys(fields).length) return true;
  const there = Object.keys(fields).filter(
    (name) => fields[name] !== null && beginsWith(rest, name),
  );
  if (there.some((name) => isAt(fields[name], rest.slice(name.length + 1)))) return true;
  return there.length === 0 && /^\/[^()]*$/.test(rest);
}

function beginsWith(rest: string, name: string): boolean {
  const next = rest[name.length + 1];
  return rest.startsWith(`/${name}`) && (next === undefined || next === '/' || next === '(');
}

function idsIn(document: unknown): readonly string[] {
  if (Array.isArray(document)) return document.flatMap(idsIn);
  if (typeof document !== 'object' || document === null) return [];
  const { id, apps, groups } = document as Fields;
  return [...(typeof id === 'string' ? [id] : []), ...idsIn(apps), ...idsIn(groups)];
}

function lastOf(id: string): string {
  return id.split('/').findLast((segment) => segment !== '') ?? '';
}
