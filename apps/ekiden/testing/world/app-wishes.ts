import type { Chance } from '@ekiden/kernel';
import { pick } from '@ekiden/testkit';
import type {
  AppWire,
  HealthCheckWire,
  PathId,
  RolloutWire,
  UnreachableStrategyWire,
  UpgradeStrategy,
} from '../../src/core/app/index.js';
import { commandFor, type ConductKind } from './conduct.js';
import { randomRollout, rolloutInPlace } from './rollout-user.js';

/** What never changes about an app id in one world, so that its wishes can always be met. */
interface Temper {
  readonly constraints: readonly (readonly string[])[];
  readonly instancesMax: number;
}

const TEMPERS: readonly [Temper, ...Temper[]] = [
  { constraints: [], instancesMax: 6 },
  { constraints: [], instancesMax: 6 },
  { constraints: [], instancesMax: 6 },
  { constraints: [['hostname', 'UNIQUE']], instancesMax: 4 },
  { constraints: [['hostname', 'CLUSTER', 'h2']], instancesMax: 6 },
  { constraints: [['rack', 'GROUP_BY', '2']], instancesMax: 6 },
  { constraints: [['hostname', 'MAX_PER', '2']], instancesMax: 6 },
  { constraints: [['rack', 'GROUP_BY']], instancesMax: 6 },
  { constraints: [['rack', 'SPREAD']], instancesMax: 6 },
];

const STRATEGIES: readonly [UpgradeStrategy, ...UpgradeStrategy[]] = [
  { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
  { minimumHealthCapacity: 1, maximumOverCapacity: 0 },
  { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
  { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.5 },
  { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
  { minimumHealthCapacity: 0.67, maximumOverCapacity: 0.2 },
];

const UNREACHABLE: readonly [string, ...(string | UnreachableStrategyWire)[]] = [
  'disabled',
  { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
  { inactiveAfterSeconds: 10, expungeAfterSeconds: 30 },
  { inactiveAfterSeconds: 30, expungeAfterSeconds: 120 },
];

const HEALTH_CHECK: HealthCheckWire = {
  protocol: 'COMMAND',
  command: { value: 'true' },
  gracePeriodSeconds: 30,
  intervalSeconds: 20,
  maxConsecutiveFailures: 2,
};

/** Definitions of apps as a random user writes them: new ones, and what is to be changed of one. */
export class AppWishes {
  private readonly chance: Chance;
  private readonly tempers: ReadonlyMap<PathId, Temper>;
  /** How often an app is given a definition that cannot work. */
  private readonly carelessness: number;
  private edition = 0;

  constructor(chance: Chance, ids: readonly PathId[]) {
    this.chance = chance;
    this.tempers = new Map(ids.map((id) => [id, pick(chance, TEMPERS)]));
    this.carelessness = pick(chance, [0, 0.15, 0.4]);
  }

  app(id: PathId, present: readonly PathId[]): AppWire {
    const { chance } = this;
    if (isKeeper(id)) return this.keeper(id, present);
    const temper = this.tempers.get(id);
    return {
      ...this.command(),
      instances: this.count(id),
      cpus: 0.1,
      mem: 16,
      constraints: temper?.constraints ?? [],
      ...this.dependencies(id, present),
      upgradeStrategy: pick(chance, STRATEGIES),
      unreachableStrategy: pick(chance, UNREACHABLE),
      killSelection: pick(chance, ['YOUNGEST_FIRST', 'OLDEST_FIRST']),
      priority: pick(chance, [0, 0, 0, 5, 10]),
      backoffSeconds: chance.int(3),
      backoffFactor: 1.5,
      maxLaunchDelaySeconds: 20,
      taskKillGracePeriodSeconds: 5,
      ...(chance.int(3) > 0 ? { rollout: this.rollout(id) } : {}),
    };
  }

  /** A new command is a new configuration; the rest changes now and then. */
  edit(id: PathId, present: readonly PathId[]): AppWire {
    const { chance } = this;
    return {
      ...this.command(),
      ...(chance.int(3) === 0 ? { instances: this.count(id) } : {}),
      ...(chance.int(4) === 0 ? this.dependencies(id, present) : {}),
      ...(chance.int(3) === 0 ? { rollout: this.rollout(id) } : {}),
      ...(chance.int(3) === 0 && !isKeeper(id)
        ? { upgradeStrategy: pick(chance, STRATEGIES) }
        : {}),
    };
  }

  /** A new command is a new configuration; health checks go with it. */
  command(): AppWire {
    const { chance } = this;
    this.edition += 1;
    const bad = chance.next() < this.carelessness;
    const kind: ConductKind = bad ? pick(chance, ['crash', 'finish', 'stuck', 'sick']) : 'run';
    const checked = kind === 'sick' || chance.int(3) === 0;
    return {
      cmd: commandFor({ kind, checked }, this.edition),
      healthChecks: checked ? [HEALTH_CHECK] : [],
    };
  }

  count(id: PathId): number {
    if (isKeeper(id)) return this.chance.int(KEEPERS_MAX + 1);
    return this.chance.int((this.tempers.get(id)?.instancesMax ?? 6) + 1);
  }

  /** An app that keeps data: what it reserves never changes. */
  private keeper(id: PathId, present: readonly PathId[]): AppWire {
    const { chance } = this;
    return {
      ...this.command(),
      role: id.split('/')[1],
      instances: chance.int(KEEPERS_MAX + 1),
      cpus: 0.1,
      mem: 16,
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }],
      },
      ...this.dependencies(id, present),
      upgradeStrategy: { minimumHealthCapacity: pick(chance, [0, 0.5, 1]), maximumOverCapacity: 0 },
      backoffSeconds: chance.int(3),
      backoffFactor: 1.5,
      maxLaunchDelaySeconds: 20,
      taskKillGracePeriodSeconds: 5,
      ...(chance.int(4) > 0 ? { rollout: this.rollout(id) } : {}),
    };
  }

  private rollout(id: PathId): RolloutWire | null {
    return isKeeper(id) ? rolloutInPlace(this.chance) : randomRollout(this.chance);
  }

  private dependencies(id: PathId, present: readonly PathId[]): AppWire {
    const { chance } = this;
    const others = present.filter((each) => each !== id);
    const count = chance.int(3);
    const some = chance.shuffle(others).slice(0, count);
    const group = chance.int(12) === 0 && !id.startsWith('/shop') && others.some(isInShop);
    const dependencies = group ? [...some, '/shop'] : some;
    const [first] = dependencies;
    if (first === undefined || chance.int(2) === 0) return { dependencies };
    return { dependencies, dependencyRules: { [first]: { onLost: 'restart' } } };
  }
}

/** At most this many of an app that keeps data. */
const KEEPERS_MAX = 3;

function isKeeper(id: PathId): boolean {
  return id.endsWith('/store');
}

function isInShop(id: PathId): boolean {
  return id.startsWith('/shop/');
}
