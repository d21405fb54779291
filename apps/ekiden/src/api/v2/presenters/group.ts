import { formatTimestamp, type Millis } from '@ekiden/kernel';
import {
  ROOT_ID,
  isPod,
  parentOf,
  type AppDefinition,
  type PathId,
  type PodDefinition,
} from '../../../core/app/index.js';
import type { Group, Tree } from '../../../core/group/index.js';
import type { ShownGroup } from '../../schemas/index.js';
import { embedsOf, type Embed } from './embed.js';
import { given } from './given.js';
import { rolloutOf } from './rollout.js';

/** What is shown of a group and of everything below it (marathon-api 4.2). */
export interface GroupEmbeds {
  readonly apps: boolean;
  readonly pods: boolean;
  readonly groups: boolean;
  /** That of groups. */
  readonly rollout: boolean;
  /** What is added to each app. */
  readonly ofApps: ReadonlySet<Embed>;
}

const OF_APPS = 'group.apps.';

const OF_GROUPS = 'group.rollout';
const ROLLOUT_OF_APPS: ReadonlySet<string> = new Set(['apps.rollout', `${OF_APPS}rollout`]);

/**
 * Everything but the state of apps, unless any `embed` is given: then only what is named. Rollouts
 * are added to what there is, whether anything else is named or not.
 */
export function groupEmbedsOf(embeds: readonly string[]): GroupEmbeds {
  const asked = embeds.filter((name) => name !== OF_GROUPS && !ROLLOUT_OF_APPS.has(name));
  const shows = (name: string): boolean => asked.length === 0 || asked.includes(name);
  return {
    rollout: embeds.includes(OF_GROUPS),
    apps: shows('group.apps'),
    pods: shows('group.pods'),
    groups: shows('group.groups'),
    ofApps: embedsOf(
      asked.filter((value) => value.startsWith(OF_APPS)),
      embeds.some((name) => ROLLOUT_OF_APPS.has(name)) ? ['rollout'] : [],
    ),
  };
}

export interface GroupView<A, P> {
  readonly tree: Tree;
  /** Of the root; every group shows it (marathon-api 3.2). */
  readonly version: Millis;
  readonly embeds: Omit<GroupEmbeds, 'ofApps'>;
  readonly presentApp: (app: AppDefinition) => A;
  readonly presentPod: (pod: PodDefinition) => P;
}

/** A group with its apps and pods in whichever form. */
export interface GroupOf<A, P> extends Omit<ShownGroup, 'apps' | 'groups' | 'pods'> {
  readonly apps: readonly A[];
  readonly pods: readonly P[];
  readonly groups: readonly GroupOf<A, P>[];
}

const ROOT: Group = { id: ROOT_ID, dependencies: [], enforceRole: false };

/** `undefined` for a group that does not exist; the root always does. */
export function presentGroup<A, P>(id: PathId, view: GroupView<A, P>): GroupOf<A, P> | undefined {
  const group = id === ROOT_ID ? ROOT : view.tree.group(id);
  return group && present(group, view);
}

function present<A, P>(group: Group, view: GroupView<A, P>): GroupOf<A, P> {
  const { tree, version, embeds, presentApp, presentPod } = view;
  const { id, dependencies, dependencyRules, enforceRole } = group;
  const specs = tree.appsIn(id);
  const top = id !== ROOT_ID && parentOf(id) === ROOT_ID;
  return {
    id,
    apps: embeds.apps ? specs.filter((spec) => !isPod(spec)).map(presentApp) : [],
    pods: embeds.pods ? specs.filter(isPod).map(presentPod) : [],
    groups: embeds.groups ? tree.groupsIn(id).map((child) => present(child, view)) : [],
    dependencies,
    ...given('dependencyRules', dependencyRules),
    version: formatTimestamp(version),
    ...(top ? { enforceRole } : {}),
    ...rolloutOf(group, embeds.rollout),
  };
}
