import { millis, seconds, type Clock, type TaskId } from '@ekiden/kernel';
import {
  hookFacts,
  hookOfRun,
  isAwaited,
  needsHands,
  rolloutBy,
  type Deployment,
  type HookRun,
} from '../core/deployment/index.js';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import type { HookCaller, Hosts, LeaderTerm, Log } from '../ports/index.js';

export interface HookKeeperOptions {
  readonly hookCaller: HookCaller;
  readonly hosts: Pick<Hosts, 'tasks'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes a result worth a turn; false when there is no room for it. */
  readonly report: (result: WorldCommand) => boolean;
}

/** Bytes kept of what a command wrote, both streams together. */
const OUTPUT_MAX = 4_096;

/** Lines that are asked for of each stream: more than the bytes that are kept. */
const LINES_MAX = 200;

/** For reading what was written. */
const READ_TIMEOUT = seconds(10);

/** Errands under way at once; the others wait for one to end. */
const ERRANDS_MAX = 32;

/**
 * Does what hooks need outside the core: makes their calls, and reads what their commands wrote.
 * Level-triggered, so the next leader goes on by itself: a call whose answer was not committed is
 * made again, with the same key.
 */
export class HookKeeper {
  private readonly options: HookKeeperOptions;
  private readonly underWay = new Set<string>();
  private term: LeaderTerm | undefined;
  private over = new AbortController();

  constructor(options: HookKeeperOptions) {
    this.options = options;
  }

  enter(term: LeaderTerm, view: StateView): void {
    this.term = term;
    this.over = new AbortController();
    this.underWay.clear();
    this.publish(view);
  }

  leave(): void {
    this.term = undefined;
    this.over.abort();
  }

  /** Called with committed state after every turn. */
  publish(view: StateView): void {
    if (this.term === undefined) return;
    const waiting = view.deployments.by('errands', 'yes');
    this.forgetDone(waiting);
    for (const deployment of waiting) {
      for (const run of deployment.hooks ?? []) {
        if (needsHands(run)) this.begin(view, deployment, run);
      }
    }
  }

  private begin(view: StateView, deployment: Deployment, run: HookRun): void {
    const { term, over } = this;
    const errand = errandOf(deployment, run);
    if (term?.stillHeld() !== true) return;
    if (this.underWay.has(errand) || this.underWay.size >= ERRANDS_MAX) return;
    // What has ended with its deployment is not called for any more.
    if (run.kind === 'http' && !isAwaited(deployment, run)) return;
    this.underWay.add(errand);
    const done =
      run.kind === 'http' ? this.call(view, deployment, run) : this.read(deployment.id, run);
    void done.then(
      (result) => {
        this.end(errand, over, result);
      },
      (fault: unknown) => {
        const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
        this.options.log({ level: 'error', event: 'hook-fault', message });
        this.end(errand, over, undefined);
      },
    );
  }

  /** It stays under way until the state says that it is done: done twice it would be of no use. */
  private end(errand: string, over: AbortController, result: WorldCommand | undefined): void {
    if (over.signal.aborted) return;
    if (result === undefined || !this.options.report(result)) this.underWay.delete(errand);
  }

  private forgetDone(waiting: readonly Deployment[]): void {
    if (this.underWay.size === 0) return;
    const open = waiting.flatMap((deployment) =>
      (deployment.hooks ?? []).filter(needsHands).map((run) => errandOf(deployment, run)),
    );
    const stillOpen = new Set(open);
    for (const errand of this.underWay) if (!stillOpen.has(errand)) this.underWay.delete(errand);
  }

  private async call(view: StateView, deployment: Deployment, run: HookRun): Promise<WorldCommand> {
    const { key, attempt } = run;
    const result = { kind: 'hookResult', deployment: deployment.id, key, attempt } as const;
    const rollout = rolloutBy(deployment.plan, view.root, run.app);
    const hook = rollout?.scope === run.scope ? hookOfRun(rollout.settings.hooks, run) : undefined;
    if (hook?.http === undefined) {
      return { ...result, ok: false, reason: 'it is not part of the rollout any more', output: '' };
    }
    const answer = await this.options.hookCaller.call({
      url: hook.http.url,
      expect: hook.http.expect,
      idempotencyKey: `${deployment.id}/${key}/${attempt}`,
      body: JSON.stringify(hookFacts(view, deployment, run)),
      timeout: seconds(hook.timeoutSeconds),
      signal: this.over.signal,
    });
    return { ...result, ...answer };
  }

  private async read(deployment: string, { key, attempt, taskId }: HookRun): Promise<WorldCommand> {
    const parts: string[] = [];
    for (const stream of ['stdout', 'stderr'] as const) {
      if (taskId !== undefined) parts.push(await this.tail(taskId, stream));
    }
    const output = parts
      .filter((part) => part !== '')
      .join('\n')
      .slice(-OUTPUT_MAX);
    return { kind: 'hookOutput', deployment, key, attempt, output };
  }

  private async tail(taskId: TaskId, stream: 'stdout' | 'stderr'): Promise<string> {
    const timeout = AbortSignal.timeout(millis(READ_TIMEOUT));
    const signal = AbortSignal.any([this.over.signal, timeout]);
    const request = { stream, tail: LINES_MAX, follow: false, signal };
    const read = await this.options.hosts.tasks.readOutput(taskId, request);
    if (!read.ok) return '';
    let text = Buffer.alloc(0);
    for await (const part of read.value) {
      text = Buffer.concat([text, part]).subarray(-OUTPUT_MAX);
    }
    return text.toString('utf8');
  }
}

function errandOf({ id }: Deployment, { key, attempt }: HookRun): string {
  return `${id} ${key} ${attempt}`;
}
