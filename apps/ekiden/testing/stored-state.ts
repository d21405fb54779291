import type { ServiceState } from '../src/core/turn/index.js';
import type { StoredState } from '../src/ports/index.js';

/** What a new leader would read of this state; through JSON, so that nothing is shared with it. */
export function storedStateOf(state: ServiceState): StoredState {
  const { rows, master } = state;
  const stored: StoredState = {
    turn: state.turn,
    lastEvent: state.lastEvent,
    lastCommitAt: state.lastCommitAt,
    rootVersion: state.rootVersion,
    apps: [...rows.apps.values()],
    groups: [...rows.groups.values()],
    appVersions: [...rows.appVersions.values()],
    instances: [...rows.instances.values()],
    deployments: [...rows.deployments.values()],
    launchDelays: [...rows.launchDelays.values()],
    taskFailures: [...rows.taskFailures.values()],
    volumes: [...rows.volumes.values()],
    unknownTasks: [...rows.unknownTasks.values()],
    agents: [...master.state.agents.values()],
    frameworks: [...master.state.frameworks.values()],
    tasks: [...master.state.tasks.values()],
    roles: [...master.state.roles.values()],
  };
  return JSON.parse(JSON.stringify(stored)) as StoredState;
}
