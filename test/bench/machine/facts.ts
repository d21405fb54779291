import { cpus, loadavg, release, totalmem } from 'node:os';
import { calibrate } from './calibrate.js';

/** What figures have to be read with. */
export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** See calibrate.ts: 97 where the C++ figures were taken. */
  readonly calibrationMs: number;
}

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    calibrationMs: Math.round(calibrate()),
  };
}

/** Of the last minute; above the number of cores somebody is waiting. */
export function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}
