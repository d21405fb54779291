import type { TaskId } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import { isTerminal, type Instance, type InstanceId } from '../../src/core/instance/index.js';
import { RouteBook, type Backend } from '../../src/core/traffic/index.js';
import { appVersionKey } from '../../src/core/turn/index.js';
import { Names } from '../scenario/names.js';
import type { SmallWorld } from '../small-world.js';

/** The instances that are there, by id; each with what is told of it. */
type Seen = ReadonlyMap<InstanceId, Instance>;

/**
 * Writes down what a world does, turn by turn and in everyday words: what runs and ends, phases,
 * which generation is live, where the routes lead, what hosts are asked for.
 */
export class Recorder {
  readonly lines: string[] = [];
  private readonly world: SmallWorld;
  private readonly names = new Names();
  private readonly book = new RouteBook('127.0.0.1');
  private readonly versions = new Map<string, string>();
  private readonly apps: readonly string[];
  private seen: Seen = new Map();
  private routes = new Map<string, string>();
  private events = 0;
  private effects = 0;

  /** `apps`: what is written about. */
  constructor(world: SmallWorld, apps: readonly string[]) {
    this.world = world;
    this.apps = apps;
    this.seen = this.look();
    for (const one of this.seen.values()) this.nameOf(one);
    this.routes = this.routesNow();
    this.events = world.events.length;
    this.effects = world.performed.length;
    world.onTurn = () => {
      this.note();
    };
  }

  /** What somebody does, before the world answers. */
  say(text: string): void {
    this.lines.push(text);
  }

  private note(): void {
    const before = this.seen;
    this.seen = this.look();
    this.tell(this.conditions(before));
    this.tell(this.deploymentNews());
    this.tell(this.generations(before));
    const routes = this.routesNow();
    for (const [route, text] of routes) {
      if (this.routes.get(route) !== text) this.say(`routes: ${route} leads to ${text}`);
    }
    for (const route of this.routes.keys()) {
      if (!routes.has(route)) this.say(`routes: ${route} is closed`);
    }
    this.routes = routes;
    this.tell(this.requests());
  }

  private tell(lines: readonly string[]): void {
    for (const line of lines) this.say(line);
  }

  private look(): Seen {
    const all = this.apps.flatMap((app) => [
      ...this.world.instances(app),
      ...this.world.beside(app),
    ]);
    return new Map(all.map((one) => [one.id, one]));
  }

  /** `web#4, web#5 (v2) run`. */
  private conditions(before: Seen): readonly string[] {
    const runs: string[] = [];
    const gone: string[] = [];
    for (const [id, one] of this.seen) {
      if (one.condition === 'Running' && before.get(id)?.condition !== 'Running') {
        runs.push(this.nameOf(one));
      }
    }
    for (const [id, one] of before) {
      const now = this.seen.get(id);
      const ended = now === undefined || isTerminal(now.condition);
      if (ended && one.task !== undefined && !isTerminal(one.condition)) {
        gone.push(this.nameOf(one));
      }
    }
    return [
      ...(runs.length > 0 ? [`hosts: ${listOf(runs)} ${runs.length === 1 ? 'runs' : 'run'}`] : []),
      ...(gone.length > 0
        ? [`hosts: ${listOf(gone)} ${gone.length === 1 ? 'has' : 'have'} ended`]
        : []),
    ];
  }

  private generations(before: Seen): readonly string[] {
    const changed = new Map<string, string[]>();
    for (const [id, one] of this.seen) {
      const was = before.get(id);
      if (was === undefined || was.generation === one.generation) continue;
      const key = one.generation ?? 'live';
      changed.set(key, [...(changed.get(key) ?? []), this.nameOf(one)]);
    }
    const parts = [...changed].map(([key, names]) => `${listOf(names)}: ${key}`);
    return parts.length === 0 ? [] : [`one commit: ${parts.join('; ')}`];
  }

  private deploymentNews(): readonly string[] {
    const news = this.world.events.slice(this.events);
    this.events = this.world.events.length;
    return news.flatMap((event) => {
      if (event.type === 'deployment_info') {
        const actions = event.currentStep.actions.map(
          (action) => `${action.action} ${shortOf(action.app ?? action.pod ?? '')}`,
        );
        return [`step of ${this.names.deployment(event.plan.id)}: ${actions.join(', ')}`];
      }
      if (event.type === 'deployment_rollout_changed') {
        return [`rollout of ${event.scope}: ${event.phase}`];
      }
      if (event.type === 'hook_finished') {
        const slot = event.slot === undefined ? '' : ` of slot ${event.slot}`;
        return [
          `hosts: the hook ${event.at}${slot} has ended ${event.ok === true ? 'well' : 'badly'}`,
        ];
      }
      if (event.type === 'deployment_success') {
        return [`${this.names.deployment(event.id)} has succeeded`];
      }
      if (event.type !== 'deployment_failed') return [];
      return [`${this.names.deployment(event.id)} ends: ${event.reason}`];
    });
  }

  /** By app and port; previews by the deployment that is asked for. */
  private routesNow(): Map<string, string> {
    const changes = [...this.world.state.rows.instances.values()].map(
      (one) => [one.id, one] as const,
    );
    this.book.update(this.world.view, changes);
    const { routes } = this.book.routing();
    return new Map(
      routes
        .filter(({ app, kind }) => this.apps.includes(app) && kind !== 'scope')
        .map(({ app, kind, backends }) => {
          const told = this.backendsText(backends);
          const name = kind === 'preview' ? `the preview of ${shortOf(app)}` : shortOf(app);
          return [name, told];
        }),
    );
  }

  /** Weights where they differ; those of weight 0 finish what they have. */
  private backendsText(backends: readonly Backend[]): string {
    const led = backends.filter(({ weight }) => weight > 0);
    const isEven = new Set(led.map(({ weight }) => weight)).size < 2;
    const rest = backends
      .filter(({ weight }) => weight === 0)
      .map((one) => this.nameOfTask(one.taskId));
    const told = led.map(({ taskId, weight }) => {
      const name = this.nameOfTask(taskId);
      return isEven ? name : `${name} (weight ${weight})`;
    });
    const nothingNew = rest.length === 0 ? '' : `; nothing new to ${listOf(rest)}`;
    return (told.length === 0 ? 'nothing yet' : listOf(told)) + nothingNew;
  }

  private requests(): readonly string[] {
    const fresh = this.world.performed.slice(this.effects);
    this.effects = this.world.performed.length;
    const starts: string[] = [];
    const stops: string[] = [];
    const hooks: string[] = [];
    for (const effect of fresh) {
      if (effect.kind === 'launch') {
        const { command } = effect.info as TaskSpec;
        if (this.isOfApps(effect.taskId)) starts.push(this.nameOfTask(effect.taskId));
        else hooks.push(String(command?.value ?? effect.taskId));
      }
      if (effect.kind === 'kill' && this.isOfApps(effect.taskId)) {
        stops.push(this.nameOfTask(effect.taskId));
      }
    }
    return [
      ...(starts.length > 0 ? [`start ${listOf(starts)}`] : []),
      ...hooks.map((hook) => `start the hook ${hook}`),
      ...(stops.length > 0 ? [`stop ${listOf(stops)}`] : []),
    ];
  }

  private isOfApps(task: TaskId): boolean {
    return [...this.seen.values()].some((one) => one.task?.id === task);
  }

  private nameOfTask(task: TaskId): string {
    const found = [...this.seen.values()].find((one) => one.task?.id === task);
    return found === undefined ? shortOf(this.names.task(task)) : this.nameOf(found);
  }

  /** `web#4 v2`. */
  private nameOf({ id, appId, appVersion }: Instance): string {
    const { appVersions } = this.world.state.rows;
    const key = appVersionKey(appId, appVersion);
    // Definitions that nothing needs any more leave memory.
    const version = appVersions.get(key)?.cmd ?? this.versions.get(key);
    if (version !== undefined) this.versions.set(key, version);
    return `${shortOf(this.names.instance(id))} ${version ?? ''}`.trimEnd();
  }
}

function shortOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function listOf(names: readonly string[]): string {
  return [...names].sort().join(', ');
}
