import type { Setting } from './setting.js';
import { oneOf, whole } from './setting-values.js';
import { EXEC_RULES, VOLUME_LIMIT_RULES, type Settings } from './settings.js';

export type TaskSettings = Pick<
  Settings,
  | 'diskReservePercent'
  | 'exec'
  | 'execIdleSeconds'
  | 'execSessionsMax'
  | 'sandboxesKeptHours'
  | 'sandboxesKeptMb'
  | 'volumeCheckSeconds'
  | 'volumeLimit'
>;

type TaskSettingTable = {
  readonly [K in keyof TaskSettings]: Setting<NonNullable<TaskSettings[K]>>;
};

/** What is kept of tasks and how much that may be, and who gets into those that run. */
export const TASK_SETTINGS: TaskSettingTable = {
  sandboxesKeptHours: {
    env: 'EKIDEN_SANDBOXES_KEPT_HOURS',
    flag: 'sandboxes-kept-hours',
    value: 'hours',
    description: 'How long sandboxes and logs of tasks that are over are kept.',
    default: '24',
    schema: whole(0, 87_600),
  },
  sandboxesKeptMb: {
    env: 'EKIDEN_SANDBOXES_KEPT_MB',
    flag: 'sandboxes-kept-mb',
    value: 'mebibytes',
    description:
      'How much of them is kept in all; the oldest go first, and those of running tasks never.',
    default: '10240',
    schema: whole(0, 1_000_000_000),
  },
  diskReservePercent: {
    env: 'EKIDEN_DISK_RESERVE_PERCENT',
    flag: 'disk-reserve-percent',
    value: 'percent',
    description:
      'Share of the disk of the data directory to keep free: below it the oldest of them go early.',
    default: '5',
    schema: whole(0, 90),
  },
  volumeCheckSeconds: {
    env: 'EKIDEN_VOLUME_CHECK_SECONDS',
    flag: 'volume-check-seconds',
    value: 'seconds',
    description: 'How often the data of persistent volumes is measured; 0 = never.',
    default: '60',
    schema: whole(0, 86_400),
  },
  volumeLimit: {
    env: 'EKIDEN_VOLUME_LIMIT',
    flag: 'volume-limit',
    value: 'what',
    description:
      'What follows when data outgrows its volume: warn (it is told), or kill (its task is killed as well).',
    default: 'warn',
    schema: oneOf(VOLUME_LIMIT_RULES),
  },
  exec: {
    env: 'EKIDEN_EXEC',
    flag: 'exec',
    value: 'on-or-off',
    description: 'Whether commands may be run beside tasks (`ekiden exec`): on, or off.',
    default: 'on',
    schema: oneOf(EXEC_RULES),
  },
  execSessionsMax: {
    env: 'EKIDEN_EXEC_SESSIONS',
    flag: 'exec-sessions',
    value: 'number',
    description: 'Such commands at once; more are answered with 503.',
    default: '32',
    schema: whole(1, 10_000),
  },
  execIdleSeconds: {
    env: 'EKIDEN_EXEC_IDLE_SECONDS',
    flag: 'exec-idle-seconds',
    value: 'seconds',
    description: 'How long one may be silent, in both directions, before it is ended.',
    default: '900',
    schema: whole(1, 604_800),
  },
};
