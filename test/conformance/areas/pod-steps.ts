import {
  timestamp,
  uuid,
  type Case,
  type Exchange,
  type Expectation,
  type Wanted,
} from '../language/index.js';
import { ask, invalid, tell, type Json } from './steps.js';

/** A container that sleeps. */
export function container(name: string, more: Json = {}): Json {
  return {
    name,
    exec: { command: { shell: 'exec sleep 1000' } },
    resources: { cpus: 0.001, mem: 32 },
    ...more,
  };
}

/** A pod that starts nothing. */
export function idlePod(id: string, more: Json = {}): Json {
  return { id, containers: [container('main')], scaling: { kind: 'fixed', instances: 0 }, ...more };
}

/** A pod of tiny containers that go when they are told to. */
export function sleepingPod(id: string, instances: number, more: Json = {}): Json {
  return idlePod(id, { scaling: { kind: 'fixed', instances }, ...more });
}

/** A pod that cannot be placed anywhere. */
export function stuckPod(id: string): Json {
  return sleepingPod(id, 1, {
    scheduling: {
      placement: {
        constraints: [{ fieldName: 'hostname', operator: 'CLUSTER', value: 'nowhere' }],
      },
    },
  });
}

export const podCreated: Expectation = {
  status: 201,
  headers: { 'marathon-deployment-id': uuid },
  body: { version: timestamp },
};

export const podChanged: Expectation = {
  status: 200,
  headers: { 'marathon-deployment-id': uuid },
  body: { version: timestamp },
};

export function addPod(pod: Json): Exchange {
  return { send: 'POST /v2/pods', body: pod, expect: { status: 201 } };
}

/** A pod that is sent like this is shown like this. */
export function storedPod(source: string, name: string, sent: Json, shown: Wanted): Case {
  return {
    name,
    source,
    steps: [addPod(idlePod('/~/p', sent)), ask('GET /v2/pods/~/p', 200, shown)],
  };
}

/** A new pod of this content is not valid, with this at this path. */
export function podRule(
  source: string,
  name: string,
  sent: Json,
  path: Wanted,
  ...errors: readonly Wanted[]
): Case {
  return {
    name,
    source,
    steps: [
      tell('POST /v2/pods', idlePod('/~/p', sent), invalid(path, ...errors)),
      ask('GET /v2/pods/~/p', 404),
    ],
  };
}

/** Waits until the pod has this many stable instances. */
export function stable(id: string, count: number): Exchange {
  return {
    send: `GET /v2/pods${id}::status`,
    until: true,
    expect: {
      status: 200,
      body: {
        status: 'STABLE',
        instances: Array.from({ length: count }, () => ({ status: 'STABLE' })),
      },
    },
  };
}
