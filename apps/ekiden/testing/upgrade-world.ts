import { isTerminalTaskState, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { AppWire, PathId } from '../src/core/app/index.js';
import { isHealthyAndReady, isTerminal, type Instance } from '../src/core/instance/index.js';
import { appVersionKey, type Reply } from '../src/core/turn/index.js';
import { SmallWorld, type SmallWorldOptions } from './small-world.js';

export const WEB = '/web' as PathId;

/** Minimum health capacity and maximum over capacity, each 0 to 1. */
export type Shares = readonly [minimum: number, over: number];

const CHECK = {
  protocol: 'HTTP',
  gracePeriodSeconds: 0,
  intervalSeconds: 5,
  maxConsecutiveFailures: 0,
} as const;

/** What a spec asks an app of `UpgradeWorld` to be; `cmd` names the version. */
export interface Wish extends AppWire {
  readonly shares?: Shares;
  /** With a health check that kills nobody. */
  readonly checked?: boolean;
}

/**
 * One app `/web` that is upgraded, versions named by their commands. Its tasks start, die and pass
 * their checks at once unless a version is held back; the bounds that an upgrade promises are
 * taken at every turn since `watch`.
 */
export class UpgradeWorld {
  readonly small: SmallWorld;
  /** Versions whose tasks do not start, or do not die when told to. */
  readonly slow = new Set<string>();
  readonly undying = new Set<string>();
  /** Tells which tasks pass their check. */
  isWell: (instance: Instance) => boolean = () => true;
  /** Fewest that were kept and did their work, and most that were there, since `watch`. */
  fewestHealthy = Number.POSITIVE_INFINITY;
  mostAlive = 0;

  constructor(options: SmallWorldOptions = {}) {
    this.small = new SmallWorld(options);
    this.small.behaviour = (_app, task) => {
      const version = this.versionOfTask(task);
      return { stuck: this.slow.has(version), immortal: this.undying.has(version) };
    };
    this.small.onTurn = () => {
      this.fewestHealthy = Math.min(this.fewestHealthy, this.healthy().length);
      this.mostAlive = Math.max(this.mostAlive, this.alive().length);
    };
  }

  /** The first version, settled; the bounds are taken from here on. */
  post(instances: number, wish: Wish = {}): this {
    this.small.create(WEB, {
      ...{ cmd: 'v1', cpus: 0.1, mem: 16, backoffSeconds: 0, instances },
      ...wireOf(wish),
    });
    this.pass(3);
    this.watch();
    return this;
  }

  put(wish: Wish, force = false): Reply {
    return this.small.update(WEB, wireOf(wish), force);
  }

  restart(id: string = WEB): Reply {
    return this.small.change({ kind: 'restartApp', id: id as PathId });
  }

  watch(): void {
    this.fewestHealthy = this.healthy().length;
    this.mostAlive = this.alive().length;
  }

  /** Lets nothing hold tasks back, and time pass until the upgrade is over. */
  finish(): this {
    this.slow.clear();
    this.undying.clear();
    for (const task of this.small.tasks.keys()) this.letGo(task);
    this.pass(40);
    return this;
  }

  /** One held back task starts, or dies if it was told to. */
  letGo(id: TaskId): void {
    const task = this.small.tasks.get(id);
    if (task === undefined || isTerminalTaskState(task.state)) return;
    if (task.killAsked) this.small.report(id, 'TASK_KILLED');
    else if (task.state === 'TASK_STARTING') this.small.report(id, 'TASK_RUNNING');
    this.small.settle();
  }

  /** Rounds of checks, an interval apart. */
  pass(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.probe();
      this.small.advance(seconds(CHECK.intervalSeconds));
    }
  }

  probe(): void {
    const at = this.small.clock.now();
    const asked = this.instances().filter(
      (one) => one.condition === 'Running' && this.isChecked(one),
    );
    this.small.hear(
      ...asked.flatMap(({ task }, index) => {
        const [ok, one] = [this.isWell(asked[index] as Instance), task];
        return one === undefined
          ? []
          : [{ kind: 'healthResult', taskId: one.id, check: 0, at, ok } as const];
      }),
    );
  }

  kill(instance: Instance | undefined): void {
    const ids = instance?.task === undefined ? [] : [instance.task.id];
    const options = { scale: false, wipe: false, force: false };
    this.small.send({ kind: 'killTasks', tasks: { by: 'ids', ids }, ...options });
  }

  agents(): readonly AgentId[] {
    return [...new Set(this.instances().flatMap(({ task }) => task?.agentId ?? []))].sort();
  }

  instances(version?: string): readonly Instance[] {
    const all = this.small.instances(WEB);
    return version === undefined ? all : all.filter((one) => this.versionOf(one) === version);
  }

  /** Not over, and not replaced because its host is lost. */
  alive(version?: string): readonly Instance[] {
    return this.instances(version).filter(
      ({ condition }) => !isTerminal(condition) && condition !== 'UnreachableInactive',
    );
  }

  /** Kept, healthy and ready. */
  healthy(version?: string): readonly Instance[] {
    return this.instances(version).filter(
      (one) => one.goal === 'Running' && one.kill === undefined && this.doesItsWork(one),
    );
  }

  /** Healthy and ready, also when it was told to go a moment ago. */
  doesItsWork({ kill: _kill, ...instance }: Instance): boolean {
    const { appVersions } = this.small.view;
    const key = appVersionKey(instance.appId, instance.appVersion);
    return isHealthyAndReady(instance, appVersions.get(key));
  }

  /** Kills that hosts were asked for. */
  killed(): readonly TaskId[] {
    return this.small.performed.flatMap((effect) =>
      effect.kind === 'kill' ? [effect.taskId] : [],
    );
  }

  get isDeploying(): boolean {
    return this.small.view.deployments.by('status', 'running').length > 0;
  }

  /** How many there are of each version, `v1:2 v2:1`; what is told to go is not counted. */
  tally(): string {
    const counts = new Map<string, number>();
    for (const one of this.alive()) {
      if (one.goal !== 'Running') continue;
      const version = this.versionOf(one);
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
    return [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([version, count]) => `${version}:${count}`)
      .join(' ');
  }

  private versionOfTask(task: TaskId): string {
    const [instance] = this.small.state.rows.instances.by('task', task);
    return instance === undefined ? '' : this.versionOf(instance);
  }

  private versionOf({ appId, appVersion }: Instance): string {
    return this.small.view.appVersions.get(appVersionKey(appId, appVersion))?.cmd ?? '';
  }

  private isChecked({ appId, appVersion }: Instance): boolean {
    const definition = this.small.view.appVersions.get(appVersionKey(appId, appVersion));
    return (definition?.healthChecks.length ?? 0) > 0;
  }
}

function wireOf({ shares, checked, ...app }: Wish): AppWire {
  return {
    ...app,
    ...(shares && {
      upgradeStrategy: { minimumHealthCapacity: shares[0], maximumOverCapacity: shares[1] },
    }),
    ...(checked === true && { healthChecks: [CHECK] }),
  };
}
