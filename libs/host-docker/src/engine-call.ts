import { err, ok, type Millis, type Result } from '@ekiden/kernel';

/** What an engine's API said no to, or that it said nothing. */
export type EngineFailure =
  /** It did not answer, or not in time: what became of the request is unknown. */
  | { readonly kind: 'gone'; readonly message: string }
  /** The caller gave the request up. */
  | { readonly kind: 'aborted'; readonly message: string }
  | {
      readonly kind: 'refused';
      /** HTTP status; 404 = no such thing, 409 = conflict, 304 = is so already. */
      readonly status: number;
      readonly message: string;
    };

export interface CallBounds {
  readonly deadline: Millis;
  /** Aborts the request on our side; the engine may still carry it out. */
  readonly signal?: AbortSignal;
}

/**
 * One request within its bounds, its outcome as a value. The client alone would wait for ever for an
 * engine that stops in the middle of an answer.
 */
export async function callEngine<T>(
  bounds: CallBounds,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<Result<T, EngineFailure>> {
  const given = bounds.signal;
  if (given?.aborted === true) return err(GIVEN_UP);
  const controller = new AbortController();
  let end: (failure: EngineFailure) => void = () => undefined;
  const ended = new Promise<EngineFailure>((resolve) => {
    end = resolve;
  });
  const timer = setTimeout(() => {
    end({ kind: 'gone', message: `no answer within ${Math.ceil(bounds.deadline / 1000)} s` });
  }, bounds.deadline);
  const giveUp = (): void => end(GIVEN_UP);
  given?.addEventListener('abort', giveUp);
  const outcome = await Promise.race([
    request(controller.signal).then(ok, (error: unknown) => err(failureOf(error))),
    ended.then(err),
  ]);
  clearTimeout(timer);
  given?.removeEventListener('abort', giveUp);
  // Not after a success: its answer may be a stream that goes on.
  if (!outcome.ok) controller.abort();
  return outcome;
}

const GIVEN_UP: EngineFailure = { kind: 'aborted', message: 'the request was given up' };

/** What a request ends with that was not begun because this service leads no more. */
export class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

export const DEPOSED: EngineFailure = { kind: 'aborted', message: 'this service leads no more' };

/** The client puts the engine's own words into `json.message` and its status into `statusCode`. */
function failureOf(error: unknown): EngineFailure {
  if (error instanceof NotBegun) return DEPOSED;
  const { statusCode, json, message } = error as {
    readonly statusCode?: number;
    readonly json?: { readonly message?: string } | null;
    readonly message?: string;
  };
  // For answers that are streams the client puts its own words before the engine's.
  const said = json?.message ?? (message ?? String(error)).replace(/^\(HTTP code \d+\) .*? - /, '');
  if (statusCode === undefined) return { kind: 'gone', message: said };
  return { kind: 'refused', status: statusCode, message: said.trim() };
}
