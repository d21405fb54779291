import { assert } from '@ekiden/kernel';

/** Where a task is in its life on this host. */
export const PHASES = [
  /** Known but not launched: new, or found prepared after a restart of the service. */
  'idle',
  /** Waits for a free launch slot. */
  'queued',
  'preparing',
  'starting',
  'running',
  /** Runs, and a kill was asked for. */
  'killing',
  /** A kill came during the launch; waits for the executor to answer. */
  'cancelling',
  /** The staging deadline passed during the launch; waits for the executor to answer. */
  'overdue',
  /** Started after all, though overdue; is being shut down. */
  'evicting',
  /** Terminal status reported; waits for its acknowledgement. */
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

export const LIFE_EVENTS = [
  'launch',
  'slot',
  'prepared',
  'failed',
  'started',
  'exited',
  'kill',
  'deadline',
] as const;
export type LifeEvent = (typeof LIFE_EVENTS)[number];

/** Which status a step reports. `repeat` = the terminal one once more. */
export type Report =
  | 'starting'
  | 'running'
  | 'killing'
  | 'killed'
  | 'killedDuringLaunch'
  | 'stagingDeadline'
  | 'failure'
  | 'exit'
  | 'repeat';

/** What the driver does next. `discard` = leave nothing of the task on the host. */
export type Act = 'enqueue' | 'prepare' | 'start' | 'wait' | 'shutdown' | 'discard';

export interface Step {
  readonly next: Phase;
  readonly report?: Report;
  readonly acts?: readonly Act[];
}

type Cell = Step | 'ignored' | 'impossible';

const LAUNCH_CANCELLED: Step = { next: 'ended', report: 'killedDuringLaunch' };
const LAUNCH_OVERDUE: Step = { next: 'ended', report: 'stagingDeadline' };
const KILL_LAUNCH: Step = { next: 'cancelling', report: 'killing', acts: ['shutdown'] };
const LAUNCH_FAILED: Step = { next: 'ended', report: 'failure' };

/**
 * The life of a task, every cell of it. `ignored`: late or repeated, normal. `impossible`: only a
 * bug of ours brings that event in that phase.
 */
const LIFE: Readonly<Record<Phase, Readonly<Record<LifeEvent, Cell>>>> = {
  idle: {
    launch: { next: 'queued', acts: ['enqueue'] },
    slot: 'impossible',
    prepared: 'impossible',
    failed: 'impossible',
    started: 'impossible',
    exited: 'impossible',
    kill: { ...LAUNCH_CANCELLED, acts: ['discard'] },
    deadline: { ...LAUNCH_OVERDUE, acts: ['discard'] },
  },
  queued: {
    launch: 'ignored',
    slot: { next: 'preparing', acts: ['prepare'] },
    prepared: 'impossible',
    failed: 'impossible',
    started: 'impossible',
    exited: 'impossible',
    kill: { ...LAUNCH_CANCELLED, acts: ['discard'] },
    deadline: { ...LAUNCH_OVERDUE, acts: ['discard'] },
  },
  preparing: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: { next: 'starting', report: 'starting', acts: ['start'] },
    failed: LAUNCH_FAILED,
    started: 'impossible',
    exited: 'impossible',
    kill: KILL_LAUNCH,
    deadline: { next: 'overdue', acts: ['shutdown'] },
  },
  starting: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: 'impossible',
    failed: LAUNCH_FAILED,
    started: { next: 'running', report: 'running', acts: ['wait'] },
    exited: 'impossible',
    kill: KILL_LAUNCH,
    deadline: { next: 'overdue', acts: ['shutdown'] },
  },
  running: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: 'impossible',
    failed: 'impossible',
    started: 'impossible',
    exited: { next: 'ended', report: 'exit' },
    kill: { next: 'killing', report: 'killing', acts: ['shutdown'] },
    deadline: 'ignored',
  },
  killing: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: 'impossible',
    failed: 'impossible',
    started: 'impossible',
    exited: { next: 'ended', report: 'killed' },
    kill: { next: 'killing', acts: ['shutdown'] },
    deadline: 'ignored',
  },
  cancelling: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: { ...LAUNCH_CANCELLED, acts: ['discard'] },
    failed: { ...LAUNCH_CANCELLED, acts: ['discard'] },
    started: { next: 'killing', acts: ['wait', 'shutdown'] },
    exited: 'impossible',
    kill: 'ignored',
    deadline: LAUNCH_CANCELLED,
  },
  overdue: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: { ...LAUNCH_OVERDUE, acts: ['discard'] },
    failed: { ...LAUNCH_OVERDUE, acts: ['discard'] },
    started: { next: 'evicting', acts: ['wait', 'shutdown'] },
    exited: 'impossible',
    kill: 'ignored',
    deadline: LAUNCH_OVERDUE,
  },
  evicting: {
    launch: 'ignored',
    slot: 'impossible',
    prepared: 'impossible',
    failed: 'impossible',
    started: 'impossible',
    exited: LAUNCH_OVERDUE,
    kill: { next: 'evicting', acts: ['shutdown'] },
    deadline: 'ignored',
  },
  ended: {
    launch: { next: 'ended', report: 'repeat' },
    slot: 'impossible',
    // The executor answers a launch that was given up: nothing of it may stay.
    prepared: { next: 'ended', acts: ['discard'] },
    failed: 'ignored',
    started: { next: 'ended', acts: ['discard'] },
    exited: 'ignored',
    kill: { next: 'ended', report: 'repeat' },
    deadline: 'ignored',
  },
};

/** The step a task takes on an event; stays where it is when the event is late or repeated. */
export function nextStep(phase: Phase, event: LifeEvent): Step {
  const cell = LIFE[phase][event];
  assert(cell !== 'impossible', `${event} for a task that is ${phase}`);
  return cell === 'ignored' ? { next: phase } : cell;
}
