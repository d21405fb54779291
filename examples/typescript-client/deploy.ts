// Deploys an app, follows the deployment, scales it and removes it: a client whose every call is
// checked by the compiler. Usage: node deploy.js [url]
import createClient from 'openapi-fetch';
import { setTimeout as delay } from 'node:timers/promises';
import type { components, paths } from './ekiden-api.js';

type App = components['schemas']['App'];

const ID = 'typed-hello';
const APP: App = {
  id: `/${ID}`,
  cmd: 'node server.mjs',
  instances: 2,
  cpus: 0.1,
  mem: 64,
  fetch: [{ uri: 'examples/hello/server.mjs' }],
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0 }],
};

const api = createClient<paths>({ baseUrl: process.argv[2] ?? 'http://127.0.0.1:8080' });

/** What was answered; throws what the service says of an error. */
function answered<T>({ data, error }: { data?: T; error?: components['schemas']['Problem'] }): T {
  if (data === undefined) throw new Error(error?.message ?? 'no answer');
  return data;
}

/** What was done; `dryRun`, `queue` and `parent` have answers of other shapes. */
type Done<T> = Exclude<T, undefined | { steps: unknown } | { position: unknown }>;

function done<T>(answer: T): Done<T> {
  const isObject = typeof answer === 'object' && answer !== null;
  if (!isObject || 'steps' in answer || 'position' in answer) throw new Error('nothing was done');
  return answer as Done<T>;
}

async function follow(deploymentId: string): Promise<void> {
  for (;;) {
    const running = answered(await api.GET('/v2/deployments'));
    const ours = running.find(({ id }) => id === deploymentId);
    if (ours === undefined) return;
    console.log(`step ${ours.currentStep} of ${ours.totalSteps}`);
    await delay(200);
  }
}

const created = done(answered(await api.POST('/v2/apps', { body: APP })));
for (const { id } of created.deployments ?? []) await follow(id);

const params = { path: { id: ID } };
const { tasks } = answered(await api.GET('/v2/apps/{id}/tasks', { params }));
for (const { id, host, ports, state } of tasks) console.log(id, `${host}:${ports.join()}`, state);

const scaled = done(answered(await api.PUT('/v2/apps/{id}', { params, body: { instances: 3 } })));
await follow(scaled.deploymentId);
const { app } = answered(await api.GET('/v2/apps/{id}', { params }));
console.log(`${app.tasksRunning} of ${app.instances} run`);

const removed = done(answered(await api.DELETE('/v2/apps/{id}', { params })));
await follow(removed.deploymentId);
const gone = await api.GET('/v2/apps/{id}', { params });
console.log(gone.error?.message);
