import type Docker from 'dockerode';
import type { TestService } from '../support/index.js';

/** A container of one service, as the engine shows it. */
export interface Shown {
  readonly id: string;
  readonly name: string;
  readonly taskId: string;
  readonly appId: string;
  /** `created`, `running`, `exited`, ... */
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the labels of a service's containers say about whose they are. */
export async function clusterOf({ api }: TestService): Promise<string> {
  const { body } = await api.ask('GET', '/v2/info');
  return (body as { readonly frameworkId: string }).frameworkId;
}

/** All containers of a service on an engine, ended ones too. */
export async function containersOf(
  docker: Docker,
  service: TestService,
): Promise<readonly Shown[]> {
  const label = `ekiden.cluster=${await clusterOf(service)}`;
  const listed = await docker.listContainers({ all: true, filters: { label: [label] } });
  return listed.map(({ Id, Names, State, Labels }) => ({
    id: Id,
    name: (Names[0] ?? '').slice(1),
    taskId: Labels['ekiden.task'] ?? '',
    appId: Labels['ekiden.app'] ?? '',
    state: State,
    labels: Labels,
  }));
}

/** The container of a task; throws when there is none, or more than one. */
export async function containerOf(
  docker: Docker,
  service: TestService,
  taskId: string,
): Promise<Shown> {
  const all = await containersOf(docker, service);
  const [found, another] = all.filter((one) => one.taskId === taskId);
  if (found === undefined || another !== undefined) {
    throw new Error(`containers of ${taskId}: ${JSON.stringify(all)}`);
  }
  return found;
}

/** Running containers with the moment each was started: the same again = nothing was restarted. */
export async function startsOf(
  docker: Docker,
  service: TestService,
): Promise<ReadonlyMap<string, string>> {
  const running = (await containersOf(docker, service)).filter(({ state }) => state === 'running');
  const seen = await Promise.all(running.map(({ id }) => docker.getContainer(id).inspect()));
  return new Map(seen.map(({ Id, State }) => [Id, State.StartedAt]));
}
