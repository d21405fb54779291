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
}

/** A document to the definition it asks for, in the draft of the moment; or all violations. */
export function buildApp(
  context: Standing,
  source: AppSource,
): Result<AppDefinition, readonly Violation[]> {
  const { wire, current } = source;
  const app = {
    ...appContext(context, source),
    base: source.base ?? ROOT_ID,
    ...(source.broken && { broken: source.broken }),
    ...(current && { currentRole: current.role }),
  };
  const built =
    current === undefined
      ? createApp(wire, app)
      : updateApp(current, wire, { partial: source.partial }, app);
  return built.ok ? ok(built.value) : err(built.error);
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
