import type { TaskSpec } from '@ekiden/host';
import type { Controller } from './cgroup-mounts.js';

/** A value for a file of a control group. */
export interface Limit {
  readonly controller: Controller;
  readonly file: string;
  readonly value: number | string;
}

/** Mesos gives one cpu 1024 shares; 100 is the default weight of version 2. */
const SHARES_PER_CPU = 1024;
const SHARES_MIN = 2;
const WEIGHT_PER_CPU = 100;
const WEIGHT_MAX = 10_000;
const PERIOD_US = 100_000;
const QUOTA_US_MIN = 1_000;
const MIB = 2 ** 20;
/** Below that not even a shell starts reliably (the least Mesos sets, too). */
const MEMORY_BYTES_MIN = 32 * MIB;

/** The most memory a task may use, page cache included; `undefined` = as much as there is. */
export function memoryLimitOf({ limits, resources }: TaskSpec): number | undefined {
  const mem = limits?.mem ?? resources.mem;
  if (mem === 'unlimited') return undefined;
  return Math.max(MEMORY_BYTES_MIN, Math.round((mem / 1000) * MIB));
}

/**
 * Shares of the processor by what the task was promised: they count only when there is too little
 * for all. A hard quota only where `limits.cpus` asks for one.
 */
export function limitsOf(spec: TaskSpec, version: 1 | 2): readonly Limit[] {
  const promised = spec.resources.cpus / 1000;
  const memory = memoryLimitOf(spec);
  const most = spec.limits?.cpus;
  const quota =
    most === undefined ? undefined : Math.max(QUOTA_US_MIN, Math.round((most / 1000) * PERIOD_US));
  if (version === 2) {
    const weight = Math.round(promised * WEIGHT_PER_CPU);
    return [
      cpu('cpu.weight', Math.min(WEIGHT_MAX, Math.max(1, weight))),
      ...(quota === undefined ? [] : [cpu('cpu.max', `${quota} ${PERIOD_US}`)]),
      ...(memory === undefined ? [] : [ram('memory.max', memory)]),
    ];
  }
  return [
    cpu('cpu.shares', Math.max(SHARES_MIN, Math.round(promised * SHARES_PER_CPU))),
    ...(quota === undefined
      ? []
      : [cpu('cpu.cfs_period_us', PERIOD_US), cpu('cpu.cfs_quota_us', quota)]),
    ...(memory === undefined ? [] : [ram('memory.limit_in_bytes', memory)]),
  ];
}

function cpu(file: string, value: number | string): Limit {
  return { controller: 'cpu', file, value };
}

function ram(file: string, value: number): Limit {
  return { controller: 'memory', file, value };
}
