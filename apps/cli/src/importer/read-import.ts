import { absoluteId, isGroup, parentOf, type Document } from '../tree/index.js';

/** Something with definitions in it, and what to call it. */
export interface ImportSource {
  /** Undefined for a server. */
  readonly name?: string;
  readonly value: unknown;
}

export interface Found {
  readonly kind: 'app' | 'pod';
  readonly id: string;
  readonly source?: string;
  /** Ids in it are absolute. */
  readonly definition: Document;
}

/** What groups say of themselves, by id. */
export interface FoundGroup {
  readonly id: string;
  readonly source?: string;
  readonly dependencies: readonly string[];
  readonly enforceRole?: boolean;
}

export interface Findings {
  readonly found: readonly Found[];
  readonly groups: readonly FoundGroup[];
  readonly problems: readonly string[];
}

/**
 * Takes definitions from whatever Marathon or people write them into: an app, a pod, a group, lists
 * of them, answers of `/v2/apps`, `/v2/groups`, `/v2/pods` and `/v2/pods/::status`.
 */
export function readImport(sources: readonly ImportSource[]): Findings {
  const reader = new Reader();
  for (const { name, value } of sources) reader.visit(value, '/', name);
  return { found: reader.found, groups: reader.groups, problems: reader.problems };
}

class Reader {
  readonly found: Found[] = [];
  readonly groups: FoundGroup[] = [];
  readonly problems: string[] = [];
  private readonly places = new Map<string, string>();

  visit(value: unknown, base: string, source: string | undefined): void {
    if (Array.isArray(value)) {
      for (const one of value) this.visit(one, base, source);
      return;
    }
    if (!isDocument(value)) {
      this.problems.push(`${source ?? 'the answer'} holds something that is no definition`);
      return;
    }
    const { app, spec } = value;
    const all = value['*'];
    if (isDocument(app)) this.visit(app, base, source);
    else if (Array.isArray(all)) this.visit(all, base, source);
    else if (isDocument(spec)) this.take('pod', spec, base, source);
    else if (Array.isArray(value['containers'])) this.take('pod', value, base, source);
    else if (isGroup(value)) this.takeGroup(value, base, source);
    else if (isApp(value)) this.take('app', value, base, source);
    else this.problems.push(`${source ?? 'the answer'} holds something that is no definition`);
  }

  private takeGroup(group: Document, base: string, source: string | undefined): void {
    const id = typeof group['id'] === 'string' ? resolve(group['id'], base) : base;
    const dependencies = resolveAll(group['dependencies'], id);
    const { enforceRole } = group;
    // Only top-level groups have a say in it; answers show it for all.
    const enforces = enforceRole === true && parentOf(id) === '/' && id !== '/';
    if (dependencies.length > 0 || enforces) {
      this.groups.push({
        id,
        dependencies,
        ...(enforces ? { enforceRole: true } : {}),
        ...(source === undefined ? {} : { source }),
      });
    }
    for (const name of ['apps', 'pods', 'groups']) {
      const members = group[name];
      if (Array.isArray(members)) this.visit(members, id, source);
    }
  }

  private take(
    kind: Found['kind'],
    document: Document,
    base: string,
    source: string | undefined,
  ): void {
    const { id: written, dependencies } = document;
    const id = typeof written === 'string' && written !== '' ? resolve(written, base) : '';
    const before = this.places.get(id);
    if (before !== undefined && id !== '') {
      const here = source ?? 'the answer';
      const where = before === here ? `in ${here}` : `in ${before} and in ${here}`;
      this.problems.push(`${id} is there twice: ${where}`);
      return;
    }
    this.places.set(id, source ?? 'the answer');
    this.found.push({
      kind,
      id,
      ...(source === undefined ? {} : { source }),
      definition: {
        ...document,
        ...(id === '' ? {} : { id }),
        ...(dependencies === undefined ? {} : { dependencies: resolveAll(dependencies, base) }),
      },
    });
  }
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isApp(document: Document): boolean {
  return ['id', 'cmd', 'args', 'container', 'instances'].some((name) => name in document);
}

function resolveAll(ids: unknown, base: string): readonly string[] {
  if (!Array.isArray(ids)) return [];
  return ids.flatMap((id: unknown) => (typeof id === 'string' ? [resolve(id, base)] : []));
}

/** Relative ids start from the group around them; `..` goes up (marathon-api 3.1). */
function resolve(id: string, base: string): string {
  const path: string[] = [];
  for (const segment of (id.startsWith('/') ? id : `${base}/${id}`).split('/')) {
    if (segment === '..') path.pop();
    else if (segment !== '' && segment !== '.') path.push(segment);
  }
  return absoluteId(path.join('/'));
}
