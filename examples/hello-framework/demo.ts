import { parseResources, type Resources } from '@ekiden/offers';

import { HelloFramework } from './hello-framework.js';
import { SimulatedPool } from './simulated-pool.js';
import { SteadyFramework } from './steady-framework.js';

/** A bound on the demonstration, in its own seconds. */
const SECONDS_MAX = 1_000;

/** Two frameworks on three hosts, until the one that has an end has come to it. */
export function runDemo(print: (line: string) => void): void {
  const total = resources('cpus:4;mem:8192;ports:[31000-31999]');
  const pool = new SimulatedPool({ agents: 3, total, seed: 7, failPercent: 20 });
  const say = (who: string, what: string): void => {
    print(`${String(pool.elapsed).padStart(4)} s  ${who.padEnd(7)} ${what}`);
  };
  const needs = resources('cpus:1;mem:256');
  const steady = new SteadyFramework('steady', { role: 'web', instances: 6, needs }, say);
  const batch = { role: 'batch', tasks: 15, needs, runSeconds: 3 };
  const hello = new HelloFramework('hello', batch, say);
  say('pool', '3 hosts of 4 processors');
  pool.add(steady);
  pool.add(hello);
  while (!hello.ended && pool.elapsed < SECONDS_MAX) pool.tick();
  pool.tick();
  say('pool', `hello restarted ${hello.restarts}, steady still runs ${steady.alive.size}`);
}

function resources(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(`${text}: ${read.error.rule}`);
  return read.value;
}
