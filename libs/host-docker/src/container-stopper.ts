import { err, millis, ok, seconds, type Clock, type Millis, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import { graceSeconds } from './container-config.js';
import { killedName } from './container-names.js';
import type { Engine } from './engine.js';
import { unreachable } from './engine-failures.js';
import { taskIdOf, type HeldContainer } from './held-container.js';

export interface ContainerStopperParts {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Finds out whether the container still runs, and concludes its task if not. */
  readonly look: (held: HeldContainer) => Promise<void>;
  /** A request was not answered. */
  readonly suspect: () => void;
}

/** How long a container may stay after its engine has called it stopped. */
const AFTER_STOP = seconds(10);

/** Stops containers: their stop signal, a grace, SIGKILL; the engine carries it through alone. */
export class ContainerStopper {
  private readonly parts: ContainerStopperParts;

  constructor(parts: ContainerStopperParts) {
    this.parts = parts;
  }

  /** A second stop shares the first one's outcome unless it ends earlier. */
  stop(held: HeldContainer, grace: Millis): Promise<Result<void, HostFailure>> {
    const endsAt = millis(this.parts.clock.monotonic() + grace);
    if (held.stop !== undefined && held.stop.endsAt <= endsAt) return held.stop.done;
    const done = this.carryOut(held, grace).then((outcome) => {
      if (!outcome.ok && held.stop?.done === done) held.stop = undefined;
      return outcome;
    });
    held.stop = { endsAt, done };
    return done;
  }

  private async carryOut(held: HeldContainer, grace: Millis): Promise<Result<void, HostFailure>> {
    const { engine, look, suspect } = this.parts;
    const noted = await this.noteKill(held);
    if (!noted.ok) return noted;
    const wanted = graceSeconds(grace);
    const answer =
      wanted === 0
        ? await engine.kill(held.containerId)
        : await engine.stop(held.containerId, wanted);
    // Not running (any more): 304 of a stop, 409 of a kill, 404 when it is gone altogether.
    const over = answer.ok || (answer.error.kind === 'refused' && answer.error.status < 500);
    if (!over) {
      if (answer.error.kind !== 'refused') suspect();
      return err(unreachable(engine, answer.error));
    }
    if (!hasEnded(held)) await look(held);
    return this.awaitEnd(held);
  }

  /** Written on the engine before anything is done, for whoever comes after us. */
  private async noteKill(held: HeldContainer): Promise<Result<void, HostFailure>> {
    if (held.killAsked) return ok(undefined);
    const { engine, suspect } = this.parts;
    const renamed = await engine.rename(held.containerId, killedName(taskIdOf(held)));
    if (!renamed.ok && renamed.error.kind !== 'refused') {
      suspect();
      return err(unreachable(engine, renamed.error));
    }
    // A container that is gone or cannot be renamed is stopped all the same.
    held.killAsked = true;
    return ok(undefined);
  }

  private async awaitEnd(held: HeldContainer): Promise<Result<void, HostFailure>> {
    if (hasEnded(held)) return ok(undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, AFTER_STOP, 'late');
    });
    await Promise.race([held.over, late]);
    clearTimeout(timer);
    if (held.exit !== undefined) return ok(undefined);
    const message = `Task ${taskIdOf(held)} still runs although Docker has stopped its container`;
    return err({ kind: 'unkillable', message });
  }
}

/** Asked anew each time, which the compiler does not expect of a field. */
function hasEnded({ phase }: HeldContainer): boolean {
  return phase === 'ended';
}
