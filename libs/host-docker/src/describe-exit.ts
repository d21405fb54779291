import { exitOfStatus, type TaskCommand, type TaskExit } from '@ekiden/host';

/** What an engine says of a container that does not run. */
export interface ContainerState {
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  /** Why the container could not be started, if it could not. */
  readonly Error: string;
}

/** What is known beside the engine's words. */
export interface ExitFacts {
  readonly command: TaskCommand | null | undefined;
  /** Bytes the container was allowed; 0 = no limit, `undefined` = not known. */
  readonly memoryLimit: number | undefined;
  readonly killAsked: boolean;
  /** The end was found after a time in which the engine did not answer. */
  readonly engineWasAway: boolean;
}

const MIB = 1_048_576;

/** How a container ended, for people; out of memory and restarts of the engine by their names. */
export function describeExit(state: ContainerState, facts: ExitFacts): TaskExit {
  const exit = exitOfStatus(state.ExitCode, facts.command);
  if (state.OOMKilled && state.ExitCode !== 0) {
    const limit = facts.memoryLimit ?? 0;
    const size = limit > 0 ? `its limit of ${Math.round(limit / MIB)} MiB` : 'its limit';
    const reason = 'CONTAINER_LIMITATION_MEMORY';
    return { ...exit, reason, message: `Out of memory: used more than ${size} (${exit.message})` };
  }
  if (facts.engineWasAway && !facts.killAsked) {
    const message = `Ended while the Docker engine was stopped or restarted (${exit.message})`;
    return { ...exit, reason: 'AGENT_RESTARTED', message };
  }
  if (state.Error !== '') return { ...exit, message: `${exit.message}: ${state.Error}` };
  return exit;
}

/** The container is gone, and nobody saw how its task ended. */
export const REMOVED: TaskExit = {
  exitCode: null,
  message: 'The container was removed by somebody else',
};
