import {
  absent,
  containing,
  exactly,
  timestamp,
  uuid,
  without,
  type Case,
  type Exchange,
  type Expectation,
  type Wanted,
} from '../language/index.js';

export type Json = Readonly<Record<string, unknown>>;

/** An app that starts nothing. */
export function idle(id: string, more: Json = {}): Json {
  return { id, cmd: 'sleep 1000', instances: 0, ...more };
}

/** An app of tiny tasks that go when they are told to. */
export function sleeper(id: string, instances: number, more: Json = {}): Json {
  return {
    id,
    cmd: 'exec sleep 1000',
    instances,
    cpus: 0.001,
    mem: 32,
    portDefinitions: [],
    ...more,
  };
}

/** An app that cannot be placed anywhere, so its deployment stays. */
export function stuck(id: string, more: Json = {}): Json {
  return sleeper(id, 1, { constraints: [['hostname', 'CLUSTER', 'no-such-host']], ...more });
}

/** The answer to a change that made a deployment (marathon-api 4, DeploymentResult). */
export const deployed: Expectation = {
  status: 200,
  headers: { 'marathon-deployment-id': uuid },
  body: exactly({ deploymentId: uuid, version: timestamp }),
};

export function ask(send: string, status: number, body?: Wanted): Exchange {
  return { send, expect: body === undefined ? { status } : { status, body } };
}

export function tell(send: string, body: unknown, expect?: Expectation): Exchange {
  return expect === undefined ? { send, body } : { send, body, expect };
}

/** Creates an app, whose answer is not of interest. */
export function add(app: Json): Exchange {
  return { send: 'POST /v2/apps', body: app, expect: { status: 201 } };
}

export function addGroup(group: Json): Exchange {
  return { send: 'POST /v2/groups', body: group, expect: { status: 201 } };
}

/** `GET /v2/apps/{id}` shows this of the app. */
export function shows(id: string, app: Wanted): Exchange {
  return ask(`GET /v2/apps${id}`, 200, { app });
}

/** Waits until the app has this many running tasks and no deployment. */
export function running(id: string, count: number): Exchange {
  return {
    send: `GET /v2/apps${id}`,
    until: true,
    expect: { status: 200, body: { app: { tasksRunning: count, deployments: [] } } },
  };
}

/** Waits until no deployment affects the app. */
export function settled(id: string): Exchange {
  return {
    send: 'GET /v2/deployments',
    until: true,
    expect: { status: 200, body: without({ affectedApps: containing(id) }) },
  };
}

/** Waits until a deployment of the app is listed, one like this. */
export function deploying(id: string, more: Readonly<Record<string, Wanted>> = {}): Exchange {
  return {
    send: 'GET /v2/deployments',
    until: true,
    expect: { status: 200, body: containing({ affectedApps: containing(id), ...more }) },
  };
}

/** An app that is sent like this is shown like this: defaults and normal forms. */
export function stored(source: string, name: string, sent: Json, shown: Wanted): Case {
  return {
    name,
    source,
    steps: [add(idle('/~/a', sent)), shows('/~/a', shown)],
  };
}

/** `Object is not valid` with this at this path; other violations may be told beside it. */
export function invalid(path: Wanted, ...errors: readonly Wanted[]): Expectation {
  return {
    status: 422,
    headers: { 'marathon-deployment-id': absent },
    body: {
      message: 'Object is not valid',
      details: containing({ path, errors: containing(...errors) }),
    },
  };
}

/** `Invalid JSON` with this at this path: the shape is wrong (marathon-api 2.2). */
export function misshapen(path: Wanted, ...errors: readonly Wanted[]): Expectation {
  return {
    status: 422,
    body: {
      message: 'Invalid JSON',
      details: containing({ path, errors: containing(...errors) }),
    },
  };
}

/** A new app of this content is refused like this, and is not there afterwards. */
export function refused(source: string, name: string, sent: Json, expect: Expectation): Case {
  const app = idle('/~/a', sent);
  return {
    name,
    source,
    steps: [tell('POST /v2/apps', app, expect), ask('GET /v2/apps/~/a', 404)],
  };
}

/** A new app of this content is not valid, with this at this path (marathon-api 7). */
export function rule(
  source: string,
  name: string,
  sent: Json,
  path: Wanted,
  ...errors: readonly Wanted[]
): Case {
  return refused(source, name, sent, invalid(path, ...errors));
}

/** A case that is answered so where the settings are the default ones, the range of ports say. */
export function byDefault(one: Case): Case {
  return { ...one, needs: ['settings'] };
}
