/** What is asked of the service, in one request. */
export interface Wish {
  readonly name: string;
  readonly apps: number;
  readonly instances: number;
  readonly path: string;
  readonly body: unknown;
}

/** The same number of instances as one app, or as a group of many. */
export function wishOf(instances: number, apps: number): Wish {
  const each = instances / apps;
  if (!Number.isInteger(each)) throw new Error(`${instances} instances in ${apps} equal apps`);
  if (apps === 1) {
    const body = app('/one', instances);
    return { name: 'one app', apps, instances, path: '/v2/apps', body };
  }
  const group = Array.from({ length: apps }, (_, index) => app(`app-${index}`, each));
  const body = { id: '/many', apps: group };
  return { name: `${apps} apps`, apps, instances, path: '/v2/groups', body };
}

/** Small enough that places never run out; no ports and no constraints. */
function app(id: string, instances: number): object {
  return { id, cmd: 'sleep 1000', instances, cpus: 0.01, mem: 1, portDefinitions: [] };
}
