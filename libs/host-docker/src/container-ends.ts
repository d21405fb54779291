import type { ContainerInspectInfo } from 'dockerode';
import { describeExit, REMOVED } from './describe-exit.js';
import { isGone } from './engine-failures.js';
import type { Engine } from './engine.js';
import type { EngineWatch, Hint } from './engine-watch.js';
import { commandOf, conclude, type HeldContainer } from './held-container.js';
import type { HeldContainers } from './held-containers.js';

export interface ContainerEndsParts {
  readonly engine: Engine;
  readonly tasks: HeldContainers;
  readonly watch: Pick<EngineWatch, 'isSure' | 'suspect'>;
}

/** States of a container that has run and does no more. */
export const ENDED: ReadonlySet<string> = new Set(['exited', 'dead']);

/**
 * Notes how containers end. The engine says so as soon as the last process is gone, and then holds
 * the container until its network is taken down (a quarter of a second): whoever looks waits that
 * long. Of one that we kill there is nothing to find out, so its task is over with the word itself;
 * what publishes ports is started when those of the dead are free ({@link settled}).
 */
export class ContainerEnds {
  private readonly parts: ContainerEndsParts;
  private readonly settling = new Set<Promise<void>>();

  constructor(parts: ContainerEndsParts) {
    this.parts = parts;
  }

  hinted({ containerId, exitCode }: Hint): void {
    const held = this.parts.tasks.ofContainer(containerId);
    if (held?.phase !== 'running') return;
    const seen = this.look(held);
    if (!held.killAsked || exitCode === undefined) return;
    const settling = seen.finally(() => this.settling.delete(settling));
    this.settling.add(settling);
    const state = { ExitCode: exitCode, OOMKilled: false, Error: '' };
    conclude(held, describeExit(state, { ...KILLED, command: commandOf(held) }));
  }

  /** Resolves when the engine has let go of all whose end was taken from its word. */
  async settled(): Promise<void> {
    await Promise.all(this.settling);
  }

  /** Whether the container still runs; its end is noted. */
  async look(held: HeldContainer, afterGap = false, signal?: AbortSignal): Promise<void> {
    const { engine, watch } = this.parts;
    const wasSure = watch.isSure;
    const seen = await engine.inspect(held.containerId, signal);
    if (seen.ok) {
      // An engine that is being replaced may let a request wait for the next one.
      const engineWasAway = afterGap || (wasSure && !watch.isSure);
      this.judge(held, seen.value, engineWasAway);
    } else if (isGone(seen.error)) {
      if (held.phase === 'running') conclude(held, REMOVED);
    } else if (seen.error.kind === 'gone') {
      watch.suspect();
    }
  }

  judge(held: HeldContainer, seen: ContainerInspectInfo, engineWasAway: boolean): void {
    if (held.phase !== 'running' || !ENDED.has(seen.State.Status)) return;
    const facts = {
      command: commandOf(held),
      memoryLimit: seen.HostConfig.Memory,
      killAsked: held.killAsked,
      engineWasAway,
    };
    conclude(held, describeExit(seen.State, facts));
  }
}

const KILLED = { memoryLimit: undefined, killAsked: true, engineWasAway: false };
