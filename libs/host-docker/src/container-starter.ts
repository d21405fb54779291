import { err, millis, ok, type Clock, type Millis, type Result } from '@ekiden/kernel';
import type { HostFailure, TaskStarted } from '@ekiden/host';
import type { ContainerInspectInfo } from 'dockerode';
import type { ContainerEnds } from './container-ends.js';
import { REMOVED } from './describe-exit.js';
import type { EngineFailure } from './engine-call.js';
import { isGone } from './engine-failures.js';
import type { Engine } from './engine.js';
import type { EngineWatch } from './engine-watch.js';
import { CLOSED, conclude, type HeldContainer } from './held-container.js';
import { failureOfStart } from './launch-failures.js';
import type { StartGate } from './start-gate.js';

export interface ContainerStarterParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly gate: StartGate;
  readonly watch: Pick<EngineWatch, 'suspect' | 'untilAnswers'>;
  /** Nothing may be started any more. */
  readonly isClosed: () => boolean;
  readonly ends: Pick<ContainerEnds, 'judge' | 'settled'>;
}

type Started = Result<TaskStarted, HostFailure>;

/**
 * Starts containers, each once. When the engine goes away in the middle nobody knows whether it did:
 * then the truth is waited for, because another start or another host would double the task.
 */
export class ContainerStarter {
  private readonly parts: ContainerStarterParts;

  constructor(parts: ContainerStarterParts) {
    this.parts = parts;
  }

  async start(held: HeldContainer): Promise<Started> {
    for (;;) {
      const answer = await this.ask(held);
      if (answer.ok || (answer.error.kind === 'refused' && answer.error.status === 304)) {
        return this.seeStarted(held);
      }
      if (answer.error.kind === 'aborted') return err(CLOSED);
      if (answer.error.kind === 'refused') return err(failureOfStart(answer.error, held.spec));
      this.parts.watch.suspect();
      const found = await this.findOut(held);
      if (found !== 'notStarted') return found;
    }
  }

  /** Waits for its turn, which may come after the executor was closed. */
  private async ask(held: HeldContainer): Promise<Result<unknown, EngineFailure>> {
    const { containerId } = held;
    const { engine, gate, isClosed, ends } = this.parts;
    if (mayPublish(held)) await ends.settled();
    return gate.run(() => {
      if (!isClosed()) return engine.start(containerId);
      return Promise.resolve(err({ kind: 'aborted', message: CLOSED.message }));
    });
  }

  /** What has become of a start nobody answered. It is not repeated before that is known. */
  private async findOut(held: HeldContainer): Promise<Started | 'notStarted'> {
    const { engine, watch, isClosed } = this.parts;
    for (;;) {
      await watch.untilAnswers();
      if (isClosed()) return err(CLOSED);
      const seen = await engine.inspect(held.containerId);
      if (seen.ok) {
        if (seen.value.State.Status === 'created') return 'notStarted';
        held.phase = 'running';
        return this.noteStart(held, seen.value, true);
      }
      if (seen.error.kind === 'refused') {
        const message = isGone(seen.error)
          ? 'The container was gone when the Docker engine came back'
          : `Nobody knows whether the container was started: ${seen.error.message}`;
        return err({ kind: 'engineRefused', message });
      }
      watch.suspect();
    }
  }

  /** It did start; its addresses are part of the answer, so an engine that goes away is waited for. */
  private async seeStarted(held: HeldContainer): Promise<Started> {
    const { engine, clock, watch, isClosed } = this.parts;
    held.phase = 'running';
    const startedAt = (held.startedAt ??= clock.now());
    for (let engineWasAway = false; ; engineWasAway = true) {
      const seen = await engine.inspect(held.containerId);
      if (seen.ok) return this.noteStart(held, seen.value, engineWasAway);
      if (isGone(seen.error)) conclude(held, REMOVED);
      if (seen.error.kind === 'refused') return ok({ startedAt });
      watch.suspect();
      await watch.untilAnswers();
      if (isClosed()) return ok({ startedAt });
    }
  }

  private noteStart(
    held: HeldContainer,
    seen: ContainerInspectInfo,
    engineWasAway: boolean,
  ): Started {
    const startedAt = startOf(seen) ?? held.startedAt ?? this.parts.clock.now();
    held.startedAt = startedAt;
    this.parts.ends.judge(held, seen, engineWasAway);
    const ipAddresses = addressesOf(seen);
    return ok({ startedAt, ...(ipAddresses.length === 0 ? {} : { ipAddresses }) });
  }
}

/** Ports of a container that is dead may be taken until its engine has let go of it. */
function mayPublish({ spec }: HeldContainer): boolean {
  return spec?.container?.ports.some(({ hostPort }) => hostPort !== undefined) !== false;
}

/** When the container was started; `undefined` when it never was. */
export function startOf({ State: state }: ContainerInspectInfo): Millis | undefined {
  const at = Date.parse(state.StartedAt);
  return Number.isNaN(at) || at <= 0 ? undefined : millis(at);
}

/** None in the host's own network: there the task answers on the host's addresses. */
function addressesOf({ NetworkSettings: settings }: ContainerInspectInfo): readonly string[] {
  return (
    Object.values(settings.Networks)
      .flatMap(({ IPAddress, GlobalIPv6Address }) => [IPAddress, GlobalIPv6Address])
      // engines leave out what there is not, or tell it as empty
      .filter((address) => (address as string | undefined) !== undefined && address !== '')
  );
}
