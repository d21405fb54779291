import { err, ok, type Millis, type Result, type TaskId } from '@ekiden/kernel';
import type { HostFailure, OutputBytes, OutputRequest } from '@ekiden/host';
import { isGone, unknownTask, unreachable } from './engine-failures.js';
import type { Engine } from './engine.js';
import type { HeldContainers } from './held-containers.js';
import { contentOf, lastLines } from './log-frames.js';
import type { SavedLogs } from './saved-logs.js';
import { unstamp, withLineTimes } from './stamped-output.js';

/** What containers wrote: the engine's logs, and the end of those of containers that are removed. */
export class ContainerOutputs {
  private readonly engine: Engine;
  private readonly tasks: HeldContainers;
  private readonly saved: SavedLogs;

  constructor(engine: Engine, tasks: HeldContainers, saved: SavedLogs) {
    this.engine = engine;
    this.tasks = tasks;
    this.saved = saved;
  }

  async read(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held === undefined) return this.readSaved(taskId, request);
    const { stream, tail, signal, stamped = false } = request;
    const follow = request.follow && held.phase === 'running';
    const since = request.since === undefined ? {} : { since: secondsOf(request.since) };
    // The engine counts the lines of both streams together, so the last ones are found here.
    const whole = tail === undefined;
    const wanted = {
      stream,
      signal,
      ...since,
      ...(whole ? { follow, stamped } : { stamped: true }),
    };
    const answer = await this.engine.output(held.containerId, wanted);
    // It may have been removed at this moment.
    if (!answer.ok && isGone(answer.error)) return this.readSaved(taskId, request);
    if (!answer.ok) return err(unreachable(this.engine, answer.error));
    if (whole) return ok(shown(answer.value, stamped));
    const framed = Buffer.concat((await answer.value.toArray({ signal })) as Buffer[]);
    const { content, next } = unstamp(framed, stamped ? 'lineTimes' : 'nothing');
    const first = lastLines(content, tail);
    if (!follow) return ok(parts(first));
    const from = next === undefined ? since : { since: next };
    const more = { stream, follow, stamped, ...from, signal };
    const rest = await this.engine.output(held.containerId, more);
    return rest.ok
      ? ok(parts(first, shown(rest.value, stamped)))
      : err(unreachable(this.engine, rest.error));
  }

  private async readSaved(
    taskId: TaskId,
    { stream, tail, since, stamped = false }: OutputRequest,
  ): Promise<Result<OutputBytes, HostFailure>> {
    const output = await this.saved.read(taskId, { since, stamped });
    // Nothing written and nothing kept look the same.
    if (output === undefined) return err(unknownTask(taskId));
    const bytes = output[stream];
    return ok(parts(tail === undefined ? bytes : lastLines(bytes, tail)));
  }
}

function shown(framed: AsyncIterable<Uint8Array>, stamped: boolean): OutputBytes {
  return stamped ? withLineTimes(framed) : contentOf(framed);
}

/** As the engine wants its times. */
function secondsOf(at: Millis): string {
  return (at / 1000).toFixed(3);
}

async function* parts(first: Uint8Array, rest?: OutputBytes): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  if (rest !== undefined) yield* rest;
}
