import { QUICK_CHECK } from './quick-check.js';

/** An app as the tests send it. */
export type AppBody = Readonly<Record<string, unknown>> & { readonly id: string };

/** Sleeps; one process per task. No ports unless asked for. */
export function sleeper(id: string, instances: number, more: object = {}): AppBody {
  return {
    id,
    cmd: 'exec sleep 1000',
    instances,
    cpus: 0.05,
    mem: 16,
    portDefinitions: [],
    ...more,
  };
}

/** examples/hello: answers on its port with a greeting and its task id. */
export function greeter(id: string, instances: number, more: object = {}): AppBody {
  return {
    id,
    cmd: 'exec node server.mjs',
    instances,
    cpus: 0.05,
    mem: 32,
    fetch: [{ uri: 'examples/hello/server.mjs' }],
    ...more,
  };
}

/** A small server behind a service port, asked for `/health` every second; `more` says what it runs. */
export function checkedServer(id: string, instances: number, more: object): AppBody {
  return {
    id,
    instances,
    cpus: 0.05,
    mem: 32,
    portDefinitions: [{ port: 0, name: 'http' }],
    healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0, ...QUICK_CHECK }],
    ...more,
  };
}

/** What the task on this port says, or `undefined` when nobody answers. */
export async function greetingOn(port: number): Promise<string | undefined> {
  try {
    // A new connection each time: a kept one would hold a dying server.
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(2_000),
    });
    return (await response.text()).trim();
  } catch {
    return undefined;
  }
}
