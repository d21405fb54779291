import { err, ok, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import type { Engine } from './engine.js';
import { plainWords, unreachable } from './engine-failures.js';
import { jsonLines } from './json-lines.js';
import type { RegistryLogin } from './registry-login.js';

interface Pull {
  readonly outcome: Promise<Result<void, HostFailure>>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Gets images onto one engine. Pulls of the same image at the same time are one; it is given up when
 * nobody waits for it any more.
 */
export class Images {
  private readonly engine: Engine;
  private readonly pulls = new Map<string, Pull>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  async pull(
    image: string,
    login: RegistryLogin | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const message = `The pull of image ${image} was given up`;
    const givenUp: Result<void, HostFailure> = err({ kind: 'cancelled', message });
    if (signal.aborted) return givenUp;
    // Tasks with other credentials must not ride on a pull that theirs would not have got.
    const key = JSON.stringify([image, login ?? null]);
    const pull = this.pulls.get(key) ?? this.begin(key, image, login);
    pull.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<typeof givenUp>((resolve) => {
      leave = () => resolve(givenUp);
    });
    signal.addEventListener('abort', leave);
    const outcome = await Promise.race([pull.outcome, left]);
    signal.removeEventListener('abort', leave);
    pull.waiting -= 1;
    if (pull.waiting === 0) this.end(key, pull);
    return outcome;
  }

  private begin(key: string, image: string, login: RegistryLogin | undefined): Pull {
    const controller = new AbortController();
    const outcome = this.run(image, login, controller.signal);
    const pull = { outcome, controller, waiting: 0 };
    this.pulls.set(key, pull);
    return pull;
  }

  /** From here on nobody joins it: it has its outcome, or is being given up. */
  private end(key: string, pull: Pull): void {
    if (this.pulls.get(key) === pull) this.pulls.delete(key);
    pull.controller.abort();
  }

  private async run(
    image: string,
    login: RegistryLogin | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const answer = await this.engine.pull(image, login, signal);
    if (!answer.ok) {
      if (answer.error.kind !== 'refused') return err(unreachable(this.engine, answer.error));
      return err(unavailable(image, answer.error.message));
    }
    const stream = answer.value;
    const stop = (): void => void stream.destroy();
    signal.addEventListener('abort', stop);
    let failed: string | undefined;
    try {
      for await (const step of jsonLines(stream)) failed = errorIn(step) ?? failed;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return err(unreachable(this.engine, { kind: 'gone', message }));
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return failed === undefined ? ok(undefined) : err(unavailable(image, failed));
  }
}

function unavailable(image: string, why: string): HostFailure {
  const message = `Image ${image} cannot be pulled: ${plainWords(why)}`;
  return { kind: 'imageUnavailable', image, message };
}

function errorIn(step: object): string | undefined {
  const { error } = step as { readonly error?: unknown };
  return typeof error === 'string' ? error : undefined;
}
