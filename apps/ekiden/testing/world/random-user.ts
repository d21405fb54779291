import type { Chance, TaskId } from '@ekiden/kernel';
import { pick, pickWeighted } from '@ekiden/testkit';
import {
  isPod,
  type AppWire,
  type PathId,
  type RolloutStrategy,
} from '../../src/core/app/index.js';
import type { ApiCommand, RootChange, StateView } from '../../src/core/turn/index.js';
import { AppWishes } from './app-wishes.js';
import { GroupUser } from './group-user.js';
import { CALM_MANNERS, MANNERS, type Manners, type Overlap } from './overlap.js';
import { PodUser } from './pod-user.js';
import { tendAtRandom } from './rollout-user.js';

const APP_IDS = [
  '/db',
  '/cache',
  '/queue',
  '/shop/api',
  '/shop/web',
  '/shop/worker',
  '/shop/mail',
  '/shop/store',
  '/batch/load',
  '/batch/index',
  '/batch/store',
  '/lone',
] as readonly string[] as readonly [PathId, ...PathId[]];

type Deed =
  | 'create'
  | 'scale'
  | 'update'
  | 'updateSeveral'
  | 'restart'
  | 'delete'
  | 'cancel'
  | 'tend'
  | 'kill'
  | 'resetDelay'
  | 'group'
  | 'tendAgent'
  | 'pod'
  | 'volume'
  | 'nothing';

type Shares = Readonly<Record<Deed, number>>;

const DEEDS: Shares = {
  create: 12,
  scale: 12,
  update: 14,
  updateSeveral: 6,
  restart: 4,
  delete: 6,
  cancel: 8,
  tend: 14,
  kill: 10,
  resetDelay: 3,
  group: 12,
  tendAgent: 4,
  pod: 10,
  volume: 4,
  nothing: 5,
};

/** Of somebody who lets most of what is begun come to its end. */
const CALM_DEEDS: Shares = {
  create: 6,
  scale: 3,
  update: 14,
  updateSeveral: 4,
  restart: 1,
  delete: 1,
  cancel: 1,
  tend: 10,
  kill: 2,
  resetDelay: 1,
  group: 12,
  tendAgent: 2,
  pod: 3,
  volume: 1,
  nothing: 60,
};

/** Somebody who changes things at random, with respect for nothing that is going on. */
export class RandomUser {
  private readonly chance: Chance;
  private readonly wishes: AppWishes;
  private readonly pods: PodUser;
  private readonly groups: GroupUser;
  private readonly manners: Manners;
  private readonly isCalm: boolean;

  constructor(chance: Chance) {
    this.chance = chance;
    this.isCalm = chance.int(2) === 0;
    this.manners = this.isCalm ? CALM_MANNERS : pick(chance, MANNERS);
    this.pods = new PodUser(chance, this.manners);
    this.wishes = new AppWishes(chance, APP_IDS);
    this.groups = new GroupUser(chance, this.wishes);
  }

  next(view: StateView): ApiCommand | undefined {
    const few = view.root.apps.size < 3;
    const deed = pickWeighted<Deed>(this.chance, {
      ...(this.isCalm ? CALM_DEEDS : DEEDS),
      ...(few ? { create: 30 } : {}),
    });
    return deed === 'nothing' ? undefined : this.perform(deed, view);
  }

  private perform(deed: Exclude<Deed, 'nothing'>, view: StateView): ApiCommand | undefined {
    const { chance } = this;
    const apps = [...view.root.apps.values()].filter((spec) => !isPod(spec));
    const present = apps.map(({ id }) => id).sort();
    const id = present[chance.int(Math.max(1, present.length))];
    switch (deed) {
      case 'create': {
        const absent = APP_IDS.filter((each) => !view.root.apps.has(each));
        if (chance.int(3) === 0) return this.createSeveral(absent, present);
        const made = absent[chance.int(Math.max(1, absent.length))];
        if (made === undefined) return undefined;
        return change(
          { kind: 'createApp', id: made, app: this.wishes.app(made, present) },
          'refused',
        );
      }
      case 'cancel': {
        const running = view.deployments.by('status', 'running');
        const victim = running[chance.int(Math.max(1, running.length))];
        if (victim === undefined) return undefined;
        return { kind: 'cancelDeployment', id: victim.id, force: chance.int(3) === 0 };
      }
      case 'tend':
        return tendAtRandom(chance, view);
      case 'updateSeveral': {
        const ids = chance.shuffle(present).slice(0, 2 + chance.int(3));
        if (ids.length === 0) return undefined;
        const entries = ids.map((each) => ({ id: each, app: this.wishes.edit(each, present) }));
        return change(upsert(entries), this.overlap());
      }
      case 'tendAgent':
        return this.tendAgent(view);
      case 'pod':
        return this.pods.next(view);
      case 'volume': {
        const volumes = [...view.volumes.values()].map((volume) => volume.id).sort();
        const volume = volumes[chance.int(Math.max(1, volumes.length))];
        return volume === undefined ? undefined : { kind: 'deleteVolume', id: volume };
      }
      case 'group':
        return this.changed(this.groups.next(view));
      case 'delete':
      case 'kill':
      case 'resetDelay':
      case 'restart':
      case 'scale':
      case 'update':
        return id === undefined ? undefined : this.toApp(deed, id, view, present);
    }
  }

  private toApp(
    deed: 'scale' | 'update' | 'restart' | 'delete' | 'kill' | 'resetDelay',
    id: PathId,
    view: StateView,
    present: readonly PathId[],
  ): ApiCommand {
    switch (deed) {
      case 'scale':
        return change(upsert([{ id, app: { instances: this.wishes.count(id) } }]), this.overlap());
      case 'update':
        return change(
          upsert([{ id, app: this.wishes.edit(id, present) }]),
          this.overlap(),
          this.strategy(),
        );
      case 'restart':
        return change({ kind: 'restartApp', id }, this.overlap());
      case 'delete':
        return change({ kind: 'deleteApp', id, wipe: this.chance.int(3) === 0 }, this.overlap());
      case 'kill':
        return this.kill(id, view);
      case 'resetDelay':
        return { kind: 'resetDelay', app: id };
    }
  }

  private tendAgent(view: StateView): ApiCommand | undefined {
    const { chance } = this;
    const agents = [...view.master.state.agents.values()].map(({ id }) => id).sort();
    const agent = agents[chance.int(Math.max(1, agents.length))];
    if (agent === undefined) return undefined;
    const deadlineSeconds = pick(chance, [0, 5, 60, 3_600]);
    const drain = { kind: 'drain', deadlineSeconds, markGone: false } as const;
    const order = pick(chance, [
      drain,
      drain,
      { kind: 'activate' },
      { kind: 'deactivate' },
    ] as const);
    return { kind: 'tendAgent', agent, order };
  }

  /** New apps that depend on each other, in one plan. */
  private createSeveral(
    absent: readonly PathId[],
    present: readonly PathId[],
  ): ApiCommand | undefined {
    const ids = this.chance.shuffle(absent).slice(0, 4);
    if (ids.length === 0) return undefined;
    const entries = ids.map((id, index) => {
      const before = ids.slice(0, index);
      const app = this.wishes.app(id, present);
      return { id, app: { ...app, dependencies: this.chance.shuffle(before).slice(0, 2) } };
    });
    return change(upsert(entries), this.overlap());
  }

  private kill(id: PathId, view: StateView): ApiCommand {
    const { chance } = this;
    const how = pickWeighted(chance, { plain: 4, scale: 3, wipe: 3 });
    const tasks = view.instances.by('app', id).flatMap(({ task }) => task?.id ?? []);
    const some: TaskId[] = chance.shuffle(tasks).slice(0, 1 + chance.int(2));
    const all = chance.int(4) === 0;
    const overlap = this.overlap();
    return {
      kind: 'killTasks',
      tasks: all ? { by: 'app', app: id } : { by: 'ids', ids: some },
      scale: how === 'scale',
      wipe: how === 'wipe',
      force: overlap === 'force',
      queue: overlap === 'queue',
    };
  }

  private changed(what: RootChange | undefined): ApiCommand | undefined {
    return what && change(what, this.overlap(), this.strategy());
  }

  /** Now and then a write asks for another strategy than what it names goes by. */
  private strategy(): RolloutStrategy | undefined {
    if (this.chance.int(12) > 0) return undefined;
    return pick(this.chance, ['rolling', 'blueGreen', 'canary', 'serial']);
  }

  private overlap(): Overlap {
    return pick(this.chance, this.manners);
  }
}

function upsert(entries: readonly { readonly id: PathId; readonly app: AppWire }[]): RootChange {
  return { kind: 'upsertApps', entries, partial: true, mustExist: false };
}

function change(what: RootChange, overlap: Overlap, strategy?: RolloutStrategy): ApiCommand {
  const origin = { clientIp: '127.0.0.1', uri: '/v2/apps' };
  const queue = overlap === 'queue' ? { queue: true } : {};
  const chosen = strategy === undefined ? {} : { strategy };
  return {
    kind: 'changeRoot',
    change: what,
    force: overlap === 'force',
    ...queue,
    ...chosen,
    origin,
  };
}
