import { UsageError, type Answer, type Client, type Request } from '../client/index.js';
import type { Terminal } from '../terminal/index.js';
import { Watch } from '../watch/index.js';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Flags that many commands have. */
export interface Options {
  readonly json: boolean;
  readonly watch: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly queue: boolean;
  /** The flags of one command alone. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** One call of a command. */
export interface Call {
  readonly client: Client;
  readonly terminal: Terminal;
  readonly options: Options;
}

/** Shows what the server said: its JSON, or a text made from it. */
export function show<T>({ terminal, options }: Call, body: T, text: (body: T) => string): number {
  terminal.out(options.json ? jsonText(body) : text(body));
  return EXIT.ok;
}

export function jsonText(body: unknown): string {
  return JSON.stringify(body ?? {}, null, 2);
}

/**
 * Sends what starts a deployment, and follows it where that is asked for. `doing` says what happens,
 * as in "scaling /shop/web to 5".
 */
export async function deploy(call: Call, request: Request, doing: string): Promise<number> {
  const { client, options, terminal } = call;
  const watch = options.watch ? await Watch.begin(client, terminal) : undefined;
  try {
    const answer = await client.ask({
      ...request,
      query: {
        ...request.query,
        ...(options.force ? { force: true } : {}),
        ...(options.queue ? { queue: true } : {}),
      },
    });
    return await reportDeployment(call, answer, doing, watch);
  } finally {
    watch?.end();
  }
}

/** Shows the answer to a request that started a deployment, and follows it if `watch` is given. */
export async function reportDeployment(
  { terminal, options }: Call,
  answer: Answer,
  doing: string,
  watch: Watch | undefined,
): Promise<number> {
  const { deploymentId } = answer;
  if (options.json) terminal.out(jsonText(answer.body ?? (deploymentId && { deploymentId })));
  if (deploymentId === undefined) {
    const what = answer.status === 204 ? 'there is nothing to change' : 'done';
    if (!options.json) terminal.out(`${doing}: ${what}`);
    return EXIT.ok;
  }
  if (!options.json) terminal.out(`${doing}: deployment ${deploymentId}${placeIn(answer.body)}`);
  if (watch === undefined) {
    if (!options.json) terminal.note(`follow it with: ekiden deployment watch ${deploymentId}`);
    return EXIT.ok;
  }
  return exitCodeOf(await watch.follow(deploymentId));
}

/** Of a deployment that waits for its turn. */
function placeIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('position' in body)) return '';
  const { position, deployments } = body as {
    readonly position: unknown;
    readonly deployments?: readonly { readonly id: string }[];
  };
  const others = (deployments ?? []).map(({ id }) => id).join(', ');
  return `, queued at ${String(position)} behind ${others}`;
}

export function exitCodeOf(end: 'succeeded' | 'failed' | 'left'): number {
  if (end === 'succeeded') return EXIT.ok;
  return end === 'failed' ? EXIT.failed : EXIT.interrupted;
}

export function wholeNumber(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`${what} has to be a whole number, not "${text}"`);
  return Number(text);
}
