import { isTerminalTaskState, seconds, type TaskId } from '@ekiden/kernel';
import type { AppWire, PathId } from '../../src/core/app/index.js';
import type { Instance } from '../../src/core/instance/index.js';
import { explainQueue } from '../../src/core/matching/index.js';
import { appVersionKey, type Reply, type RootChange } from '../../src/core/turn/index.js';
import { SmallWorld, changeCommand, type Behaviour } from '../small-world.js';
import { Names } from './names.js';
import { parseLine, wireOf, type ScriptLine } from './parse-line.js';
import { tellEvent, tellReply } from './tell.js';

/**
 * Plays a script against the real cores and returns what could be observed, line by line under the
 * commands that caused it. The verbs are the cases of `perform`.
 */
export function play(script: string): string {
  const player = new Player();
  for (const line of script.split('\n')) player.take(line);
  return player.transcript();
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  well: {},
  stuck: { stuck: true },
  crash: { exit: 'TASK_FAILED' },
  immortal: { immortal: true },
};

class Player {
  private readonly lines: string[] = [];
  private readonly names = new Names();
  /** By the command of a definition. */
  private readonly behaviours = new Map<string, Behaviour>();
  private world = new SmallWorld();
  private heard = 0;

  take(text: string): void {
    const line = parseLine(text);
    if (line === undefined) {
      this.lines.push(text.trimEnd());
      return;
    }
    this.lines.push(`> ${text.trim()}`);
    const reply = this.perform(line);
    this.listen();
    if (reply !== undefined) this.say(`= ${tellReply(reply, this.names)}`);
  }

  transcript(): string {
    return `${this.lines.join('\n').trimEnd()}\n`;
  }

  private perform(line: ScriptLine): Reply | undefined {
    const { verb, words, options } = line;
    const [subject = ''] = words;
    const id = subject as PathId;
    switch (verb) {
      case 'agents':
        this.begin(Number(subject), words[1] ?? '', words.slice(2));
        return undefined;
      case 'create':
        return this.change({ kind: 'createApp', id, app: this.app(options) }, words);
      case 'createAll':
        return this.upsert(words, this.app(options));
      case 'update':
        return this.upsert([id], wireOf(options), words.includes('force'));
      case 'updateAll':
        return this.upsert(words, wireOf(options));
      case 'scale':
        return this.upsert([id], { instances: Number(words[1]) }, words.includes('force'));
      case 'delete':
        return this.change({ kind: 'deleteApp', id }, words);
      case 'deleteGroup':
        return this.change({ kind: 'deleteGroup', id }, words);
      case 'group': {
        const group = { apps: this.chain(id, options), groups: [] };
        return this.change({ kind: 'updateGroup', id, group }, words);
      }
      case 'restart':
        return this.change({ kind: 'restartApp', id }, words);
      case 'kill':
        return this.kill(words);
      case 'cancel': {
        const deployment = this.names.deploymentOf(subject);
        const force = words.includes('force');
        return this.world.send({ kind: 'cancelDeployment', id: deployment, force });
      }
      default:
        this.performOfWorld(line);
        return undefined;
    }
  }

  /** What no user does. */
  private performOfWorld({ verb, words }: ScriptLine): void {
    const [subject = ''] = words;
    switch (verb) {
      case 'behave':
        this.behave(subject, words[1] ?? 'well');
        return;
      case 'advance':
        this.world.advance(seconds(Number.parseFloat(subject)));
        return;
      case 'crash':
        this.world.newTerm();
        return;
      case 'loseEffects':
        this.world.losesEffects = true;
        return;
      case 'status':
        this.status();
        return;
      case 'why':
        this.why();
        return;
      default:
        throw new Error(`no such verb: ${verb}`);
    }
  }

  private begin(count: number, resources: string, attributes: readonly string[]): void {
    this.world = new SmallWorld({
      agents: Array.from({ length: count }, () => resources),
      attributes: Array.from({ length: count }, (_, index) => attributes[index] ?? ''),
    });
    this.world.behaviour = (_app, task) => this.behaviourOf(task);
  }

  private behaviourOf(task: TaskId): Behaviour {
    const { rows } = this.world.state;
    const instance = rows.instances.by('task', task)[0];
    if (instance === undefined) return {};
    const key = appVersionKey(instance.appId, instance.appVersion);
    return this.behaviours.get(rows.appVersions.get(key)?.cmd ?? '') ?? {};
  }

  /** From now on; tasks that were stuck run, tasks that ignored their kill die. */
  private behave(command: string, name: string): void {
    const behaviour = BEHAVIOURS[name];
    if (behaviour === undefined) throw new Error(`no such behaviour: ${name}`);
    this.behaviours.set(command, behaviour);
    for (const [id, task] of this.world.tasks) {
      if (isTerminalTaskState(task.state)) continue;
      const now = this.behaviourOf(id);
      if (task.killAsked && now.immortal !== true) this.world.report(id, 'TASK_KILLED');
      else if (task.state === 'TASK_STARTING' && now.stuck !== true) {
        this.world.report(id, 'TASK_RUNNING');
      }
    }
    this.world.settle();
  }

  private change(change: RootChange, words: readonly string[]): Reply {
    return this.world.change(change, words.includes('force'));
  }

  private upsert(ids: readonly string[], app: AppWire, force = false): Reply {
    const entries = ids.filter((id) => id.startsWith('/')).map((id) => ({ id: id as PathId, app }));
    const change: RootChange = { kind: 'upsertApps', entries, partial: true, mustExist: false };
    return this.world.send(changeCommand(change, force));
  }

  /** `apps=db,api,web`: each depends on the one before. */
  private chain(group: string, options: ReadonlyMap<string, string>): readonly AppWire[] {
    const { apps = '', ...rest } = Object.fromEntries(options);
    return apps.split(',').map((name, index, all) => ({
      ...this.app(new Map(Object.entries(rest))),
      id: `${group}/${name}`,
      dependencies: index === 0 ? [] : [`${group}/${all[index - 1] ?? ''}`],
    }));
  }

  private app(options: ReadonlyMap<string, string>): AppWire {
    return { cmd: 'v1', cpus: 0.1, mem: 16, ...wireOf(options) };
  }

  private kill(words: readonly string[]): Reply {
    const ids = words
      .filter((word) => word.includes('#'))
      .flatMap((name) => {
        const id = this.names.instanceOf(name);
        return this.world.state.rows.instances.get(id as never)?.task?.id ?? [];
      });
    return this.world.send({
      kind: 'killTasks',
      tasks: { by: 'ids', ids },
      scale: words.includes('scale'),
      wipe: words.includes('wipe'),
      force: words.includes('force'),
    });
  }

  private listen(): void {
    for (const event of this.world.events.slice(this.heard)) {
      const line = tellEvent(event, this.names);
      if (line !== undefined) this.say(line);
    }
    this.heard = this.world.events.length;
  }

  private status(): void {
    const { rows } = this.world.state;
    for (const app of [...rows.apps.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      this.say(`${app.id} ${app.cmd ?? ''} wants ${app.instances}`);
      for (const instance of this.world.instances(app.id)) this.showInstance(instance);
    }
    for (const instance of rows.instances.values()) {
      if (!rows.apps.has(instance.appId)) this.showInstance(instance);
    }
    for (const { id, step, plan } of rows.deployments.by('status', 'running')) {
      this.say(`${this.names.deployment(id)} at step ${step + 1} of ${plan.steps.length}`);
    }
  }

  private showInstance(instance: Instance): void {
    const { task, appId, appVersion } = instance;
    const { appVersions } = this.world.state.rows;
    const command = appVersions.get(appVersionKey(appId, appVersion))?.cmd ?? '';
    const name = task === undefined ? this.names.instance(instance.id) : this.names.task(task.id);
    const where = task === undefined ? '' : ` on ${task.host}`;
    const fate = instance.goal === 'Running' ? '' : `, ${instance.goal}`;
    this.say(`  ${name} ${command} ${instance.condition}${where}${fate}`);
  }

  private why(): void {
    for (const entry of explainQueue(this.world.view, this.world.clock.now())) {
      const { app, count, delay, reasons, agents } = entry;
      const wait = delay.timeLeftSeconds > 0 ? `, ${delay.timeLeftSeconds} s of backoff left` : '';
      this.say(`${app.id} waits for ${count}${wait}`);
      for (const reason of reasons) this.say(`  ${reason}`);
      for (const { hostname, sentences } of agents) {
        this.say(`  ${hostname}: ${sentences.length === 0 ? 'fits' : sentences.join('; ')}`);
      }
    }
  }

  private say(text: string): void {
    this.lines.push(`    ${text}`);
  }
}
