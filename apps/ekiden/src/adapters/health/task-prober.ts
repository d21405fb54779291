import { assertNever } from '@ekiden/kernel';
import type { ProbeTarget } from '../../core/health/index.js';
import type { HealthProber, ProbeResult, TaskCommands } from '../../ports/index.js';
import { noAnswer } from './cause.js';
import { probeGrpc } from './probe-grpc.js';
import { probeHttp } from './probe-http.js';
import { probeTcp } from './probe-tcp.js';

type CommandTarget = Extract<ProbeTarget, { readonly kind: 'command' }>;

/** Asks real tasks: over the network from here, or by a command on their host. */
export class TaskProber implements HealthProber {
  private readonly commands: TaskCommands;

  constructor(commands: TaskCommands) {
    this.commands = commands;
  }

  probe(target: ProbeTarget): Promise<ProbeResult> {
    switch (target.kind) {
      case 'http':
        return probeHttp(target);
      case 'tcp':
        return probeTcp(target);
      case 'grpc':
        return probeGrpc(target);
      case 'command':
        return this.probeByCommand(target);
      default:
        return assertNever(target);
    }
  }

  private async probeByCommand(target: CommandTarget): Promise<ProbeResult> {
    const { agentId, taskId, value: command, timeout } = target;
    const outcome = await this.commands.runCommand({ agentId, taskId, command, timeout });
    switch (outcome.kind) {
      case 'exited':
        return resultOfExit(outcome.exitCode);
      case 'timedOut':
        return { ok: false, cause: noAnswer(timeout) };
      case 'notRun':
        return { ok: false, cause: `the command cannot be run: ${outcome.reason}` };
      case 'noHost':
        return { ok: false, cause: outcome.reason, notAsked: true };
      default:
        return assertNever(outcome);
    }
  }
}

/** What shells say of commands that are not there, or not programs. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

function resultOfExit(exitCode: number): ProbeResult {
  if (exitCode === 0) return { ok: true };
  const cause = `the command ended with exit code ${exitCode}`;
  if (exitCode === NOT_FOUND) return { ok: false, cause: `${cause}: it was not found` };
  if (exitCode === NOT_EXECUTABLE) return { ok: false, cause: `${cause}: it cannot be executed` };
  return { ok: false, cause };
}
