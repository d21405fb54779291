import type { ServerKind } from '../language/index.js';
import { exchange, type Target } from './exchange.js';
import { runCase } from './run-case.js';
import type { NumberedCase } from './select.js';

export interface RunSetting {
  readonly target: Target;
  readonly server: ServerKind;
  /** Cases under way at a time. */
  readonly lanes: number;
  readonly patienceMs: number;
  /** Goes into the names of all groups, so that runs do not meet. */
  readonly run: string;
}

export interface Outcome {
  readonly one: NumberedCase;
  readonly ms: number;
  /** `undefined` when all was as wanted. */
  readonly failure: string | undefined;
}

/**
 * Starts the cases, several at a time; those that need the whole root come last, one by one. The
 * outcomes are in the order of the cases.
 */
export function runCases(
  cases: readonly NumberedCase[],
  setting: RunSetting,
): readonly Promise<Outcome>[] {
  const lanes = new Lanes(setting.lanes);
  const start = (one: NumberedCase) => outcomeOf(one, setting);
  const beside = new Map(
    cases.filter((one) => !isAlone(one)).map((one) => [one, lanes.take(() => start(one))]),
  );
  let before: Promise<unknown> = Promise.all(beside.values());
  return cases.map((one) => {
    const running = beside.get(one);
    if (running !== undefined) return running;
    const outcome = before.then(() => start(one));
    before = outcome;
    return outcome;
  });
}

/** Removes groups that cases of this run left on the server; returns their ids. */
export async function sweep({ target, run }: RunSetting): Promise<readonly string[]> {
  const { body } = await exchange(target, { method: 'GET', path: '/v2/groups?embed=group.groups' });
  const groups = (body as { readonly groups?: readonly { readonly id: string }[] }).groups ?? [];
  const ours = groups.map(({ id }) => id).filter((id) => id.startsWith(`/${prefixOf(run)}`));
  for (const id of ours) {
    await exchange(target, { method: 'DELETE', path: `/v2/groups${id}?force=true` });
  }
  return ours;
}

async function outcomeOf(one: NumberedCase, setting: RunSetting): Promise<Outcome> {
  const begun = performance.now();
  const { target, server, patienceMs, run } = setting;
  const group = `${prefixOf(run)}${one.id}`;
  const failure = await runCase(one.case, { target, server, patienceMs, group }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { one, ms: performance.now() - begun, failure };
}

function prefixOf(run: string): string {
  return `conformance-${run}-`;
}

function isAlone({ case: one }: NumberedCase): boolean {
  return one.needs?.includes('root') === true;
}

/** Lets a number of tasks run at a time, the others wait in order. */
class Lanes {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
