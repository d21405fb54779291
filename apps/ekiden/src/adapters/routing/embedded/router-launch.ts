import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RouterOrder } from './router-process.js';

/** A router that was started and may not have come up yet. */
export interface Launched {
  /** How it ended, if it has. */
  ended(): string | undefined;
}

/**
 * Starts a router in a session of its own, so that nothing that ends the service ends it, and
 * without the service's environment: it may hold the address of the database. What the process
 * says before it dies of something unforeseen goes to its log.
 */
export function launchRouter(order: RouterOrder): Launched {
  const fromSources = import.meta.url.endsWith('.ts');
  const program = new URL(fromSources ? './main.ts' : './main.js', import.meta.url);
  // The sources need the loader that this process was started with.
  const flags = fromSources ? process.execArgv : [];
  const log = openSync(order.place.log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [...flags, fileURLToPath(program), JSON.stringify(order)], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '' },
      ...(fromSources ? {} : { cwd: order.place.folder }),
    });
  } finally {
    closeSync(log);
  }
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `status ${code ?? 0}`}; see ${order.place.log}`;
  });
  child.unref();
  return { ended: () => ended };
}
