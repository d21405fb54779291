import { err, ok, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';
import type { Engine } from './engine.js';
import { jsonLines } from './json-lines.js';
import type { RegistryLogin } from './registry-login.js';

interface Pull {
  readonly outcome: Promise<string | undefined>;
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
    // Tasks with other credentials must not ride on a pull that theirs would not have got.
    const key = JSON.stringify([image, login ?? null]);
    let pull = this.pulls.get(key);
    if (pull === undefined) {
      pull = this.begin(key, image, login);
    }
    pull.waiting += 1;
    const given = new Promise<'aborted'>((resolve) => {
      if (signal.aborted) resolve('aborted');
      signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    const outcome = await Promise.race([pull.outcome.then((failed) => ({ failed })), given]);
    pull.waiting -= 1;
    if (outcome === 'aborted') {
      if (pull.waiting === 0) pull.controller.abort();
      return err({ kind: 'cancelled', message: `The pull of image ${image} was given up` });
    }
    if (outcome.failed === undefined) return ok(undefined);
    const message = `Image ${image} cannot be pulled: ${outcome.failed}`;
    return err({ kind: 'imageUnavailable', image, message });
  }

  private begin(key: string, image: string, login: RegistryLogin | undefined): Pull {
    const controller = new AbortController();
    const outcome = this.run(image, login, controller.signal).finally(() => {
      this.pulls.delete(key);
    });
    const pull = { outcome, controller, waiting: 0 };
    this.pulls.set(key, pull);
    return pull;
  }

  /** Why it failed, in the engine's words. */
  private async run(
    image: string,
    login: RegistryLogin | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const answer = await this.engine.pull(image, login, signal);
    if (!answer.ok) return answer.error.message;
    const stream = answer.value;
    const stop = (): void => void stream.destroy();
    signal.addEventListener('abort', stop);
    let failed: string | undefined;
    try {
      for await (const step of jsonLines(stream)) failed = errorIn(step) ?? failed;
    } catch (error) {
      failed ??= error instanceof Error ? error.message : String(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    return signal.aborted ? 'it was given up' : failed;
  }
}

function errorIn(step: object): string | undefined {
  const { error } = step as { readonly error?: unknown };
  return typeof error === 'string' ? error : undefined;
}
