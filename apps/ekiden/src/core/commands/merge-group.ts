import { err, ok, type Result, type Steps } from '@ekiden/kernel';
import {
  ROOT_ID,
  isBelow,
  isEqual,
  isPod,
  keptRollout,
  normalizeRules,
  parentOf,
  resolveId,
  rulesAmong,
  stampVersion,
  topGroupOf,
  validateGroupRollout,
  validateId,
  validateReferences,
  validateRules,
  type AppWire,
  type BrokenFields,
  type PathId,
} from '../app/index.js';
import type { GroupChange } from '../deployment/index.js';
import { appsBelow, groupsBelow, treeOf, type GroupWire, type Tree } from '../group/index.js';
import type { Violation } from '../violation.js';
import type { ProposedChange } from './adopt-changes.js';
import { buildApp, type PreparedApps, type Standing } from './build-app.js';
import { cyclic, sameId } from './check-root.js';
import { enforcesRoleAnew } from './enforce-role.js';
import { preparedApps } from './prepare-group.js';
import type { ProposalOptions, Proposed } from './proposal.js';

/** Fields of wrong shape of the documents inside a request, by document. */
export type BrokenParts = ReadonlyMap<object, BrokenFields>;

const APPS_PER_STEP = 20;

const ALONE = 'not allowed in conjunction with other properties.';
const NO_ROLLOUT = 'is not for the root: give it to the groups and apps in it';
const SEPARATE =
  'enforceRole cannot be modified in a request that adds, removes or modifies services; ' +
  'please make these changes in separate requests.';

/**
 * A group document merged into the tree of the moment (marathon-api 4.2, marathon-behaviour 1.10):
 * `apps` given replaces the group's own apps, `groups` its children, each merged in turn with what
 * it was, `dependencies` its dependencies; what is not given stays. Or all violations, with
 * positions in the document as paths (`/groups(1)/apps(0)/id`).
 */
export function* mergeGroup(
  context: Standing,
  { id, group }: { readonly id: PathId; readonly group: GroupWire },
  options: ProposalOptions & { readonly broken?: BrokenParts },
): Steps<Result<Proposed, readonly Violation[]>> {
  const merge = new GroupMerge(context, options, preparedApps(group));
  yield* merge.merge(id, group, '');
  const { violations } = merge;
  if (violations.length > 0) return err(violations);
  return ok({
    changes: [...merge.changes.values()],
    groupChanges: [...merge.groupChanges.values()],
    addressed: true,
  });
}

class GroupMerge {
  readonly changes = new Map<PathId, ProposedChange>();
  readonly groupChanges = new Map<PathId, GroupChange>();
  readonly violations: Violation[] = [];
  private readonly context: Standing;
  private readonly options: ProposalOptions & { readonly broken?: BrokenParts };
  private readonly prepared: PreparedApps | undefined;
  private readonly tree: Tree;

  constructor(
    context: Standing,
    options: ProposalOptions & { readonly broken?: BrokenParts },
    prepared: PreparedApps | undefined,
  ) {
    this.context = context;
    this.options = options;
    this.prepared = prepared;
    this.tree = treeOf(context.draft);
  }

  /** `at` is the place of `wire` in the document. */
  *merge(id: PathId, wire: GroupWire, at: string): Steps<void> {
    for (const field of ['scaleBy', 'version'] as const) {
      const shown = field === 'version' && isGiven(wire.pods);
      if (isGiven(wire[field]) && !shown) this.refuse(`${at}/${field}`, ALONE);
    }
    this.mergeRow(id, wire, at);
    const taken = isGiven(wire.apps)
      ? yield* this.replaceApps(id, wire.apps, at)
      : new Set<PathId>();
    if (isGiven(wire.groups)) yield* this.replaceGroups(id, wire.groups, { at, taken });
    this.keepRolesApart(id, at);
  }

  private mergeRow(id: PathId, wire: GroupWire, at: string): void {
    const before = this.tree.group(id);
    const given = wire.dependencies?.map((reference) => resolveId(reference, id));
    const dependencies = given === undefined ? before?.dependencies : [...new Set(given)];
    this.add(validateReferences(given ?? [], '/dependencies'), at);
    if (id === ROOT_ID || parentOf(id) !== ROOT_ID) {
      const message = `enforceRole can only be set for top-level groups, and ${id} is not top-level`;
      if (wire.enforceRole === true) this.refuse(`${at}/enforceRole`, message);
    }
    if (this.options.broken?.get(wire)?.has('rollout') !== true) {
      this.add(validateGroupRollout(wire.rollout), at);
    }
    if (id === ROOT_ID) {
      if (isGiven(wire.rollout)) this.refuse(`${at}/rollout`, NO_ROLLOUT);
      // Everything would depend on it, the groups it names included.
      const [first] = given ?? [];
      if (first !== undefined) {
        this.violations.push(...cyclic(`${at}/dependencies`, [ROOT_ID, first, ROOT_ID]));
      }
      return;
    }
    if (before === undefined) this.add(validateId(id), at);
    const { dependencyRules: rules, rollout: present, ...rest } = before ?? {};
    const dependencyRules = isGiven(wire.dependencyRules)
      ? normalizeRules(wire.dependencyRules, id)
      : rulesAmong(rules, dependencies ?? []);
    this.add(validateRules({ dependencies: dependencies ?? [], dependencyRules }), at);
    const rollout = keptRollout(wire.rollout, present);
    const after = {
      ...rest,
      id,
      dependencies: dependencies ?? [],
      ...(dependencyRules && { dependencyRules }),
      enforceRole: wire.enforceRole ?? before?.enforceRole ?? this.isEnforcedAnew(id),
      ...(rollout && { rollout }),
    };
    if (isEqual(before, after)) return;
    this.groupChanges.set(id, { id, ...(before && { before }), after });
  }

  private isEnforcedAnew(id: PathId): boolean {
    return enforcesRoleAnew(id, this.context.settings);
  }

  /** Returns the ids of the apps given. */
  private *replaceApps(
    group: PathId,
    apps: readonly AppWire[],
    at: string,
  ): Steps<ReadonlySet<PathId>> {
    const given = new Set<PathId>();
    const { version, force, broken } = this.options;
    for (const [index, wire] of apps.entries()) {
      if (index % APPS_PER_STEP === 0) yield;
      const where = `${at}/apps(${index})`;
      const id = this.childId(wire, group, { where, taken: given });
      if (id === undefined) continue;
      given.add(id);
      const before = this.tree.app(id);
      const built = buildApp(this.context, {
        id,
        wire,
        current: before && !isPod(before) ? before : undefined,
        partial: false,
        version,
        force,
        broken: broken?.get(wire),
        base: group,
        enforceRole: this.enforcesRole(id),
        prepared: this.prepared,
      });
      if (!built.ok) this.add(built.error, where);
      else if (before === undefined) this.changes.set(id, { id, after: built.value });
      else this.changes.set(id, { id, before, after: built.value });
    }
    for (const before of this.tree.appsIn(group)) {
      // A group document cannot express pods, so it leaves them alone.
      if (!given.has(before.id) && !isPod(before)) {
        this.changes.set(before.id, { id: before.id, before });
      }
    }
    return given;
  }

  private *replaceGroups(
    group: PathId,
    groups: readonly GroupWire[],
    { at, taken }: { readonly at: string; readonly taken: ReadonlySet<PathId> },
  ): Steps<void> {
    const given = new Set<PathId>();
    for (const [index, wire] of groups.entries()) {
      const where = `${at}/groups(${index})`;
      const id = this.childId(wire, group, { where, taken: given });
      if (id === undefined) continue;
      given.add(id);
      if (taken.has(id)) this.violations.push(...sameId(`${where}/id`, id));
      yield* this.merge(id, wire, where);
    }
    for (const child of this.tree.groupsIn(group)) {
      if (!given.has(child.id)) this.remove(child.id);
    }
  }

  private remove(id: PathId): void {
    const { changes, groupChanges } = removal(this.tree, id);
    for (const change of changes) this.changes.set(change.id, change);
    for (const change of groupChanges) this.groupChanges.set(change.id, change);
  }

  private childId(
    wire: AppWire | GroupWire,
    group: PathId,
    { where, taken }: { readonly where: string; readonly taken: ReadonlySet<PathId> },
  ): PathId | undefined {
    const reference = wire.id;
    if (this.options.broken?.get(wire)?.has('id') === true) return undefined;
    if (!isGiven(reference)) {
      this.refuse(`${where}/id`, 'not defined');
      return undefined;
    }
    const id = resolveId(reference, group);
    if (id === ROOT_ID || parentOf(id) !== group) {
      this.refuse(`${where}/id`, `Identifier is not child of '${group}'`);
      return undefined;
    }
    if (taken.has(id)) {
      this.refuse(`${where}/id`, `${id} is given more than once`);
      return undefined;
    }
    return id;
  }

  /** Whether roles are enforced for an app; a change of that never comes with a change of apps. */
  private enforcesRole(app: PathId): boolean {
    const top = topGroupOf(app);
    const row = this.tree.group(top) ?? this.groupChanges.get(top)?.after;
    return row?.enforceRole ?? this.isEnforcedAnew(top);
  }

  private keepRolesApart(id: PathId, at: string): void {
    const { before, after } = this.groupChanges.get(id) ?? {};
    if (before === undefined || before.enforceRole === after?.enforceRole) return;
    const touched = [...this.changes.values()].some(
      (change) => isBelow(change.id, id) && this.isEffective(change),
    );
    if (touched) this.refuse(`${at}/enforceRole`, SEPARATE);
  }

  private isEffective({ before, after }: ProposedChange): boolean {
    if (before === undefined || after === undefined) return true;
    return stampVersion(before, after, this.options.version) !== before;
  }

  private refuse(path: string, message: string): void {
    this.violations.push({ path, message });
  }

  private add(violations: readonly Violation[], at: string): void {
    for (const { path, message } of violations) {
      this.refuse(at !== '' && path === '/' ? at : at + path, message);
    }
  }
}

/** A group and all below it gone; of the root only what is below. */
export function removal(
  tree: Tree,
  id: PathId,
): Required<Pick<Proposed, 'changes' | 'groupChanges'>> {
  const self = tree.group(id);
  const groups = [...(self === undefined ? [] : [self]), ...groupsBelow(tree, id)];
  return {
    changes: appsBelow(tree, id).map((before) => ({ id: before.id, before })),
    groupChanges: groups.map((before) => ({ id: before.id, before })),
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
