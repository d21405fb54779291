import { setTimeout as delay } from 'node:timers/promises';
import {
  Failure,
  NoServer,
  Refusal,
  pathOf,
  type Client,
  type PodStatus,
  type Task,
} from '../client/index.js';
import type { LogLine, LogMerge, LogSource } from './log-merge.js';

export interface LogsWanted {
  /** Of an app or a group. */
  readonly id: string;
  readonly follow: boolean;
  readonly streams: readonly ('stdout' | 'stderr')[];
  readonly since: string | undefined;
  readonly tail: number | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** For what a person should know. */
  readonly note: (text: string) => void;
}

/** Connections at once; the service has a bound of its own. */
const OPEN_MAX = 64;
const LOOK_EVERY_MS = 1_000;
const AGAIN_AFTER_MS = 1_000;

/** Reads what all tasks write, now or also from now on, and hands it to the merge. */
export async function followTasks(
  client: Client,
  merge: LogMerge,
  wanted: LogsWanted,
): Promise<void> {
  const known = new Set<string>();
  const reading = new Set<Promise<void>>();
  const first = await tasksOf(client, wanted.id);
  if (first.length === 0 && !wanted.follow) {
    throw new Failure(`nothing runs at ${wanted.id}`, [`ask why: ekiden why ${wanted.id}`]);
  }
  const told = { limit: false };
  const join = (tasks: readonly Writer[], isNew: boolean): void => {
    for (const task of tasks) {
      if (known.has(task.id)) continue;
      if (known.size > 0 && reading.size + 1 > OPEN_MAX / wanted.streams.length) {
        if (!told.limit) wanted.note(`more than ${OPEN_MAX} streams: not all tasks are shown`);
        told.limit = true;
        return;
      }
      known.add(task.id);
      // One that came meanwhile is read from its beginning.
      const asked = isNew ? { ...wanted, since: undefined, tail: undefined } : wanted;
      const sources = wanted.streams.map((stream) => ({ stream, source: merge.open() }));
      const all = sources.map((one) => readStream(client, task, { ...one, wanted: asked }));
      const done = Promise.all(all).then(() => undefined);
      reading.add(done);
      void done.finally(() => reading.delete(done));
    }
  };
  join(first, false);
  while (wanted.follow && !wanted.signal.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal: wanted.signal }).catch(() => undefined);
    // A service that starts anew is waited for.
    const found = await tasksOf(client, wanted.id).catch((error: unknown) => {
      if (error instanceof NoServer || isPassing(error)) return [];
      throw error;
    });
    join(found, true);
  }
  await Promise.all(reading);
}

/** What writes: a task of an app, or a container of a pod. */
type Writer = Pick<Task, 'id' | 'appId'>;

async function tasksOf(client: Client, id: string): Promise<readonly Writer[]> {
  const whole = id.replace(/\/+$/, '');
  if (whole !== '') {
    const path = `${pathOf('/v2/apps', whole)}/tasks`;
    const own = await client.find<{ readonly tasks: readonly Task[] }>(path);
    if (own !== undefined) return own.tasks;
    const pod = await client.find<PodStatus>(`${pathOf('/v2/pods', whole)}::status`);
    if (pod !== undefined) return containersOf(pod);
  }
  const { tasks } = await client.get<{ readonly tasks: readonly Task[] }>('/v2/tasks');
  const pods = await client.find<readonly PodStatus[]>('/v2/pods/::status');
  return [...tasks, ...(pods ?? []).flatMap(containersOf)].filter(({ appId }) =>
    appId.startsWith(`${whole}/`),
  );
}

function containersOf({ id, instances = [] }: PodStatus): readonly Writer[] {
  return instances
    .flatMap(({ containers = [] }) => containers)
    .flatMap(({ containerId }) =>
      containerId === undefined ? [] : [{ id: containerId, appId: id }],
    );
}

interface Stream {
  readonly stream: LogLine['stream'];
  readonly source: LogSource;
  readonly wanted: LogsWanted;
}

/** To the end of the task; what breaks off is taken up again where it was. */
async function readStream(
  client: Client,
  task: Writer,
  { stream, source, wanted }: Stream,
): Promise<void> {
  const { follow, signal } = wanted;
  let { since, tail } = wanted;
  let last = '';
  try {
    for (;;) {
      const lines = new Lines(async (text) => {
        const blank = text.indexOf(' ');
        const at = Date.parse(text.slice(0, blank));
        if (Number.isNaN(at)) return;
        last = text.slice(0, blank);
        await source.push({
          at,
          app: task.appId,
          task: task.id,
          stream,
          line: text.slice(blank + 1),
        });
      });
      try {
        const asked = {
          stream,
          follow,
          timestamps: true,
          ...(since === undefined ? {} : { since }),
          ...(tail === undefined ? {} : { tail: String(tail) }),
        };
        const path = `/v2/tasks/${encodeURIComponent(task.id)}/logs`;
        await client.readText(path, asked, (text) => lines.take(text), signal);
        await lines.end();
        return;
      } catch (error) {
        await lines.end();
        if (signal.aborted) return;
        if (error instanceof Refusal && error.status === 404) return;
        if (!follow || !(error instanceof NoServer || isPassing(error))) throw error;
        if (last !== '') since = new Date(Date.parse(last) + 1).toISOString();
        tail = undefined;
        await delay(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    source.end();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Refusal && error.status >= 500;
}

/** Cuts a text that comes in parts into lines, and lets its reader keep up. */
class Lines {
  private readonly each: (line: string) => Promise<void>;
  private rest = '';
  private pending: Promise<void> = Promise.resolve();

  constructor(take: (line: string) => Promise<void>) {
    this.each = take;
  }

  take(text: string): Promise<void> {
    const lines = `${this.rest}${text}`.split('\n');
    this.rest = lines.pop() ?? '';
    this.pending = this.pending.then(async () => {
      for (const line of lines) await this.each(line);
    });
    return this.pending;
  }

  async end(): Promise<void> {
    await this.pending;
    if (this.rest !== '') await this.each(this.rest);
    this.rest = '';
  }
}
