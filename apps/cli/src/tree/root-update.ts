/** An app, pod or group document as it goes over the wire. */
export type Document = Readonly<Record<string, unknown>>;

/** A group as `GET /v2/groups` shows it, as far as needed here. */
export interface PresentGroup {
  readonly id: string;
  readonly apps: readonly Document[];
  readonly pods?: readonly Document[];
  readonly groups: readonly PresentGroup[];
}

/** What shall be different afterwards. Ids are absolute. */
export interface TreeChange {
  /** Complete definitions of apps to create or replace. */
  readonly put?: readonly Document[];
  /** Ids of apps and groups. */
  readonly remove?: readonly string[];
  /** Fields of groups to set (`dependencies`, `enforceRole`), by id. */
  readonly groups?: ReadonlyMap<string, Document>;
}

/** Fields of an answer that describe what runs or when it was changed, not what is wanted. */
const RUNTIME_FIELDS = [
  'version',
  'versionInfo',
  'deployments',
  'tasks',
  'tasksStaged',
  'tasksRunning',
  'tasksHealthy',
  'tasksUnhealthy',
  'tasksStats',
  'taskStats',
  'lastTaskFailure',
  'readinessCheckResults',
] as const;

/** Whether a document is of a group: it holds lists of what is in one, and runs nothing itself. */
export function isGroup(document: Document): boolean {
  const holds = ['apps', 'groups', 'pods'].some((name) => Array.isArray(document[name]));
  return holds && !('cmd' in document) && !('container' in document);
}

/** A definition as it was shown, without what is not part of it. */
export function withoutRuntime(document: Document): Document {
  const runtime = new Set<string>(RUNTIME_FIELDS);
  return Object.fromEntries(Object.entries(document).filter(([name]) => !runtime.has(name)));
}

/**
 * The body of a `PUT /v2/groups` that makes this change and no other (marathon-api 4.2): groups in
 * which no app changes keep theirs by not naming them, the others repeat what is there.
 */
export function rootUpdate(present: PresentGroup, change: TreeChange): Document {
  const puts = new Map((change.put ?? []).map((app) => [String(app['id']), app]));
  const removed = new Set(change.remove ?? []);
  const fields = change.groups ?? new Map<string, Document>();
  const changedApps = new Set([...puts.keys(), ...removed].map(parentOf));
  const touched = [...changedApps, ...fields.keys()];
  const isTouched = (id: string): boolean => touched.some((one) => one === id || isBelow(one, id));

  const build = (id: string, group: PresentGroup | undefined): Document => {
    const children = new Map((group?.groups ?? []).map((child) => [child.id, child]));
    for (const one of touched) {
      const child = isBelow(one, id) ? childTowards(id, one) : undefined;
      if (child !== undefined && !children.has(child)) children.set(child, emptyGroup(child));
    }
    const kept = [...children.values()].filter((child) => !removed.has(child.id));
    return {
      id,
      ...fields.get(id),
      ...(changedApps.has(id) ? { apps: appsOf(id, group) } : {}),
      ...(isTouched(id) && kept.length + removed.size > 0
        ? {
            groups: kept.map((child) =>
              isTouched(child.id) ? build(child.id, child) : { id: child.id },
            ),
          }
        : {}),
    };
  };
  const appsOf = (id: string, group: PresentGroup | undefined): readonly Document[] => [
    ...(group?.apps ?? [])
      .filter((app) => !puts.has(String(app['id'])) && !removed.has(String(app['id'])))
      .map(withoutRuntime),
    ...[...puts].filter(([app]) => parentOf(app) === id).map(([, app]) => app),
  ];
  return build('/', present);
}

/** The app of this id in the tree. */
export function findApp(group: PresentGroup, id: string): Document | undefined {
  const here = group.apps.find((app) => app['id'] === id);
  if (here !== undefined) return here;
  const below = group.groups.find((child) => isBelow(id, child.id));
  return below === undefined ? undefined : findApp(below, id);
}

export function findGroup(group: PresentGroup, id: string): PresentGroup | undefined {
  if (group.id === id) return group;
  const next = group.groups.find((child) => child.id === id || isBelow(id, child.id));
  return next === undefined ? undefined : findGroup(next, id);
}

/** Every app of a tree. */
export function allApps(group: PresentGroup): readonly Document[] {
  return [...group.apps, ...group.groups.flatMap(allApps)];
}

export function parentOf(id: string): string {
  const cut = id.lastIndexOf('/');
  return cut <= 0 ? '/' : id.slice(0, cut);
}

/** Whether `id` lies somewhere below `group`; nothing lies below itself. */
export function isBelow(id: string, group: string): boolean {
  return group === '/' ? id !== '/' : id.startsWith(`${group}/`);
}

/** `/shop/api` from `/shop` towards `/shop/api/v1`. */
function childTowards(group: string, id: string): string {
  const start = group === '/' ? 1 : group.length + 1;
  const end = id.indexOf('/', start);
  return end < 0 ? id : id.slice(0, end);
}

function emptyGroup(id: string): PresentGroup {
  return { id, apps: [], groups: [] };
}

/** `/shop/web` for what people type and documents hold: `shop/web`, `//shop//web/`. */
export function absoluteId(text: string): string {
  const segments = text.split('/').filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
