import { millis, seconds, type Millis, type TaskId } from '@ekiden/kernel';
import type { PathId } from '../../app/index.js';

/** What was counted of something. */
export interface Counts {
  /** Requests of `http` routes, connections of `tcp` ones. */
  readonly requests: number;
  /** Answers of class 5xx, and requests that got no answer. */
  readonly errors: number;
  /** Time to the head of the response, of all requests in total. */
  readonly seconds: number;
}

/** What a router has counted of one task since it knows it; counters only grow, or begin anew. */
export interface TaskCounts extends Counts {
  readonly taskId: TaskId;
}

/** What came to either version within a short time. */
interface Sample {
  /** When it ended. */
  readonly at: Millis;
  readonly old: Counts;
  readonly next: Counts;
}

/** What routers have counted of the two versions of a rollout; the present leader's only. */
export interface TrafficRecord {
  /** `<deployment> <scope>` */
  readonly key: string;
  /** Oldest first, within one window. */
  readonly samples: readonly Sample[];
  /** Of the old version, in the last window in which it was given something. */
  readonly old: Counts;
  /** Why there are no figures of now. */
  readonly missing?: string;
  /** As they were counted last. */
  readonly known: ReadonlyMap<TaskId, Counts>;
}

/** All counters of the tasks of two versions, at one moment. */
export interface Reading {
  readonly at: Millis;
  readonly old: readonly TaskCounts[];
  readonly next: readonly TaskCounts[];
  /** Per cent of what comes that the new version is given. */
  readonly share: number;
  readonly windowSeconds: number;
}

const NO_COUNTS: Counts = { requests: 0, errors: 0, seconds: 0 };

/** A window is remembered in so many pieces at most. */
const PIECES = 60;

export function trafficKey(deployment: string, scope: PathId): string {
  return `${deployment} ${scope}`;
}

export function newRecord(key: string): TrafficRecord {
  return { key, samples: [], old: NO_COUNTS, known: new Map() };
}

/**
 * Takes in one more reading. A task that is seen for the first time has had nothing yet, as nobody
 * knows when it had what; a counter below what it was has begun anew. What comes to the new version
 * while it is given no share (previews) is not counted.
 */
export function noteReading(record: TrafficRecord, reading: Reading): TrafficRecord {
  const { at, share, windowSeconds } = reading;
  const had = (tasks: readonly TaskCounts[], isGiven: boolean): Counts =>
    isGiven ? sumOf(tasks.map((task) => grown(task, record.known.get(task.taskId)))) : NO_COUNTS;
  const sample = { at, old: had(reading.old, share < 100), next: had(reading.next, share > 0) };
  const within = inWindow(record.samples, { now: at, windowSeconds });
  const samples = withSample(within, sample, seconds(windowSeconds) / PIECES);
  return {
    key: record.key,
    samples,
    old: share < 100 ? sumOf(samples.map(({ old }) => old)) : record.old,
    known: new Map(
      [...reading.old, ...reading.next].map(({ taskId, requests, errors, seconds: spent }) => [
        taskId,
        { requests, errors, seconds: spent },
      ]),
    ),
  };
}

/** The figures of both versions that are compared at a moment. */
export function figuresAt(
  record: TrafficRecord,
  window: { readonly now: Millis; readonly windowSeconds: number },
): { readonly old: Counts; readonly next: Counts } {
  const next = sumOf(inWindow(record.samples, window).map((sample) => sample.next));
  return { old: record.old, next };
}

function inWindow(
  samples: readonly Sample[],
  { now, windowSeconds }: { readonly now: Millis; readonly windowSeconds: number },
): readonly Sample[] {
  const from = millis(now - seconds(windowSeconds));
  return samples.filter(({ at }) => at > from);
}

/** Pieces of one length: however often it is read, so much is kept and no more. */
function withSample(samples: readonly Sample[], sample: Sample, length: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined || Math.floor(last.at / length) !== Math.floor(sample.at / length)) {
    return [...samples, sample];
  }
  const { at } = sample;
  const old = sumOf([last.old, sample.old]);
  const next = sumOf([last.next, sample.next]);
  return [...samples.slice(0, -1), { at, old, next }];
}

function grown(now: Counts, before: Counts | undefined): Counts {
  if (before === undefined) return NO_COUNTS;
  const isAnew =
    now.requests < before.requests || now.errors < before.errors || now.seconds < before.seconds;
  if (isAnew) return now;
  return {
    requests: now.requests - before.requests,
    errors: now.errors - before.errors,
    seconds: now.seconds - before.seconds,
  };
}

function sumOf(all: readonly Counts[]): Counts {
  let [requests, errors, spent] = [0, 0, 0];
  for (const one of all) {
    requests += one.requests;
    errors += one.errors;
    spent += one.seconds;
  }
  return { requests, errors, seconds: spent };
}
