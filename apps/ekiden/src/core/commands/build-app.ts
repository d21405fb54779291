import { err, ok, type Millis, type Result } from '@ekiden/kernel';
import {
  ROOT_ID,
  createApp,
  topGroupOf,
  updateApp,
  type AppContext,
  type AppDefinition,
  type AppWire,
  type BrokenFields,
  type PathId,
} from '../app/index.js';
import type { RootView } from '../group/index.js';
import type { OrchestratorSettings } from '../turn/index.js';
import type { Violation } from '../violation.js';
import { enforcesRoleAnew } from './enforce-role.js';

/** What documents are judged against: the tree as it stands, and the operator's settings. */
export interface Standing {
  readonly draft: Pick<RootView, 'apps' | 'groups'>;
  readonly settings: OrchestratorSettings;
}

export interface AppSource {
  readonly id: PathId;
  readonly wire: AppWire;
  /** The app as it stands, earlier parts of the same request included. */
  readonly current: AppDefinition | undefined;
  /** Merge into `current` instead of replacing it. */
  readonly partial: boolean;
  readonly version: Millis;
  readonly force: boolean;
  /** What relative dependencies start from; default the root. */
  readonly base?: PathId;
  /** See `AppContext`. */
  readonly broken?: BrokenFields | undefined;
  /** Of the top-level group around the app; default that of the draft. */
  readonly enforceRole?: boolean;
  /** What was built ahead of this turn. */
  readonly prepared?: PreparedApps | undefined;
}

/** Definitions built ahead, by their documents, which never change. */
export type PreparedApps = Map<AppWire, Prepared>;

/** A document to the definition it asks for, in the draft of the moment; or all violations. */
export function buildApp(standing: Standing, source: AppSource): Built {
  const known = source.prepared?.get(source.wire);
  if (known === undefined || !isPreparedFor(known, standing, source)) {
    return build(contextOf(standing, source), source);
  }
  // Its version is set in place, so it is given away once: there may be a hundred thousand.
  source.prepared?.delete(source.wire);
  return dated(known.built, source);
}

/** Builds a definition of which `buildApp` will be asked for, in some later version. */
export function prepareApp(standing: Standing, source: AppSource, prepared: PreparedApps): void {
  const context = contextOf(standing, source);
  const { current, partial } = source;
  prepared.set(source.wire, { context, current, partial, built: build(context, source) });
}

type Built = Result<AppDefinition, readonly Violation[]>;

interface Prepared extends Pick<AppSource, 'current' | 'partial'> {
  readonly context: AppContext;
  readonly built: Built;
}

function contextOf(standing: Standing, source: AppSource): AppContext {
  const { base = ROOT_ID, broken, current } = source;
  const context = { ...appContext(standing, source), base };
  if (broken === undefined && current === undefined) return context;
  return {
    ...context,
    ...(broken && { broken }),
    ...(current && { currentRole: current.role }),
  };
}

function build(context: AppContext, { wire, current, partial }: AppSource): Built {
  const built =
    current === undefined
      ? createApp(wire, context)
      : updateApp(current, wire, { partial }, context);
  return built.ok ? ok(built.value) : err(built.error);
}

/** Whether building it now would come to the same, but for the time. */
function isPreparedFor(
  { current, partial, context }: Prepared,
  standing: Standing,
  source: AppSource,
): boolean {
  const { settings } = context;
  const { apps } = standing.settings;
  return (
    current === source.current &&
    partial === source.partial &&
    context.id === source.id &&
    context.base === (source.base ?? ROOT_ID) &&
    context.broken === source.broken &&
    context.force === source.force &&
    context.enforceRole === enforcesRole(standing, source) &&
    (settings === apps || hasSameValues(settings, apps))
  );
}

function hasSameValues<T extends object>(one: T, other: T): boolean {
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/** What exists keeps its version until it is stamped. */
function dated(built: Built, { current, version }: AppSource): Built {
  if (!built.ok || current !== undefined) return built;
  const versionInfo = { lastScalingAt: version, lastConfigChangeAt: version };
  Object.assign(built.value, { version, versionInfo });
  return built;
}

/** What the rules for an app or a pod need to know of the moment. */
export function appContext(
  standing: Standing,
  source: Pick<AppSource, 'id' | 'version' | 'force' | 'enforceRole'>,
): AppContext {
  const { id, version, force } = source;
  return {
    id,
    now: version,
    settings: standing.settings.apps,
    enforceRole: enforcesRole(standing, source),
    force,
  };
}

function enforcesRole(
  { draft, settings }: Standing,
  { id, enforceRole }: Pick<AppSource, 'id' | 'enforceRole'>,
): boolean {
  if (enforceRole !== undefined) return enforceRole;
  const top = topGroupOf(id);
  return draft.groups.get(top)?.enforceRole ?? enforcesRoleAnew(top, settings);
}
