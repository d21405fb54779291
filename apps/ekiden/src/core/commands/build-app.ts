import { err, millis, ok, type Millis, type Result } from '@ekiden/kernel';
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
}

/** A document to the definition it asks for, in the draft of the moment; or all violations. */
export function buildApp(standing: Standing, source: AppSource): Built {
  const known = prepared.get(source.wire);
  if (known === undefined) return build(contextOf(standing, source), source);
  const context = contextOf(standing, source);
  const isSame =
    known.current === source.current &&
    known.partial === source.partial &&
    isSameContext(known.context, context);
  return isSame ? dated(known.built, source) : build(context, source);
}

/** Builds a definition of which `buildApp` will be asked for, in some later version. */
export function prepareApp(standing: Standing, given: Omit<AppSource, 'version'>): void {
  const source = { ...given, version: millis(0) };
  const context = contextOf(standing, source);
  const { current, partial } = source;
  prepared.set(source.wire, { context, current, partial, built: build(context, source) });
}

type Built = Result<AppDefinition, readonly Violation[]>;

interface Prepared extends Pick<AppSource, 'current' | 'partial'> {
  readonly context: AppContext;
  readonly built: Built;
}

/** By the document, which never changes. */
const prepared = new WeakMap<AppWire, Prepared>();

function contextOf(standing: Standing, source: AppSource): AppContext {
  const { current } = source;
  return {
    ...appContext(standing, source),
    base: source.base ?? ROOT_ID,
    ...(source.broken && { broken: source.broken }),
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

/** But for the time. */
function isSameContext(
  { now: _now, settings, ...one }: AppContext,
  { now: _later, settings: others, ...other }: AppContext,
): boolean {
  return hasSameValues(one, other) && (settings === others || hasSameValues(settings, others));
}

function hasSameValues<T extends object>(one: T, other: T): boolean {
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/** What exists keeps its version until it is stamped. */
function dated(built: Built, { current, version }: AppSource): Built {
  if (!built.ok || current !== undefined) return built;
  const versionInfo = { lastScalingAt: version, lastConfigChangeAt: version };
  return ok({ ...built.value, version, versionInfo });
}

/** What the rules for an app or a pod need to know of the moment. */
export function appContext(
  { draft, settings }: Standing,
  { id, version, force, enforceRole }: Pick<AppSource, 'id' | 'version' | 'force' | 'enforceRole'>,
): AppContext {
  const top = topGroupOf(id);
  return {
    id,
    now: version,
    settings: settings.apps,
    enforceRole:
      enforceRole ?? draft.groups.get(top)?.enforceRole ?? enforcesRoleAnew(top, settings),
    force,
  };
}
