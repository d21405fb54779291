import { isBelow, type Document, type TreeChange } from '../tree/index.js';
import type { Findings, Found, FoundGroup } from './read-import.js';
import { reportApp, type ReportContext } from './report-app.js';
import { reportPod } from './report-pod.js';
import type { DefinitionReport, ImportReport, Note } from './report.js';

export interface ImportContext {
  /** Address, or names of files. */
  readonly from: string;
  /** `mesos_role` of the old service. */
  readonly oldDefaultRole?: string;
  /** Ids of apps and groups that the new service has already; undefined without one. */
  readonly present?: ReadonlySet<string>;
  /** Name that the new service gives to container networks without one. */
  readonly defaultNetworkName?: string;
}

/** Only what is one of `only` or below it (all of it when empty), without what is in `except`. */
export function selectFrom(
  { found, groups, problems }: Findings,
  only: readonly string[],
  except: readonly string[],
): Findings {
  const within = (ids: readonly string[], id: string): boolean =>
    ids.some((one) => one === id || isBelow(id, one));
  const wanted = ({ id }: { readonly id: string }): boolean =>
    (only.length === 0 || within(only, id)) && !within(except, id);
  return { found: found.filter(wanted), groups: groups.filter(wanted), problems };
}

/** What becomes of every definition. */
export function reportImport(findings: Findings, context: ImportContext): ImportReport {
  const { found, groups } = findings;
  const imported = idsIn(found, groups);
  const apps = new Set(found.map(({ id }) => id));
  const { present, oldDefaultRole, defaultNetworkName } = context;
  const enforcing = new Set(groups.flatMap((one) => (one.enforceRole === true ? [one.id] : [])));
  const appContext: ReportContext = {
    ...(oldDefaultRole === undefined ? {} : { oldDefaultRole }),
    ...(defaultNetworkName === undefined ? {} : { defaultNetworkName }),
    ...(present === undefined
      ? {}
      : { exists: (id) => imported.has(id) || present.has(id) || id === '/' }),
    enforcesRole: (id) => [...enforcing].some((group) => isBelow(id, group)),
  };
  const members = found.map((one) =>
    one.kind === 'pod' ? reportPod(one, appContext) : reportApp(one, appContext),
  );
  const all = [...groups.map((group) => reportGroup(group, appContext, apps)), ...members];
  return {
    from: context.from,
    problems: findings.problems,
    definitions: all
      .map((one) => (present === undefined ? withForeign(one, imported) : one))
      .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
  };
}

/** Every id of the import, the groups around the definitions included. */
function idsIn(found: readonly Found[], groups: readonly FoundGroup[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of [...found, ...groups]) {
    for (let at = id; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) ids.add(at);
  }
  return ids;
}

function reportGroup(
  group: FoundGroup,
  { exists }: ReportContext,
  apps: ReadonlySet<string>,
): DefinitionReport {
  const missing = exists === undefined ? [] : group.dependencies.filter((id) => !exists(id));
  const dependencies = group.dependencies.filter((id) => !missing.includes(id));
  const { enforceRole, source } = group;
  const onApps = dependencies.filter((id) => apps.has(id));
  const ignored = `${onApps.join(', ')}: groups wait for groups only, as in Marathon; let its apps depend on it`;
  const text = `${missing.join(', ')} left out: there is no such app or group, which Marathon did not mind`;
  return {
    kind: 'group',
    id: group.id,
    ...(source === undefined ? {} : { source }),
    kept: [
      ...(dependencies.length > 0 ? ['dependencies'] : []),
      ...(enforceRole === true ? ['enforceRole'] : []),
    ],
    changed: missing.length === 0 ? [] : [{ path: 'dependencies', text }],
    lost: onApps.length === 0 ? [] : [{ path: 'dependencies', text: ignored }],
    needs: [],
    refused: [],
    definition: {
      id: group.id,
      ...(group.dependencies.length > 0 ? { dependencies } : {}),
      ...(enforceRole === undefined ? {} : { enforceRole }),
    },
  };
}

/** Without a service to ask, what is not part of the import has to be there already. */
function withForeign(report: DefinitionReport, imported: ReadonlySet<string>): DefinitionReport {
  const { dependencies } = report.definition;
  if (!Array.isArray(dependencies)) return report;
  const foreign = dependencies.filter((id: unknown) => !imported.has(String(id))).map(String);
  if (foreign.length === 0) return report;
  const note: Note = {
    path: 'dependencies',
    text: `${foreign.join(', ')}, which are not part of this: a new dependency on nothing is refused`,
  };
  return { ...report, needs: [...report.needs, note] };
}

/** A pod as it is sent, and as it is shown afterwards. */
export interface ImportedPod {
  readonly definition: Document;
  readonly shown: Document | undefined;
}

/** What the new service is asked to change: one write for apps and groups, then the pods. */
export function changeOf(report: ImportReport): {
  readonly change: TreeChange;
  readonly pods: readonly ImportedPod[];
} {
  const of = (kind: DefinitionReport['kind']): readonly DefinitionReport[] =>
    report.definitions.filter((one) => one.kind === kind);
  return {
    change: {
      put: of('app').map(({ definition }) => definition),
      groups: new Map(
        of('group').map(({ id, definition: { id: _id, ...fields } }) => [id, fields] as const),
      ),
    },
    pods: of('pod').map(({ definition, shown }) => ({ definition, shown })),
  };
}
