import { assertNever } from '@ekiden/kernel';
import type { ProbeTarget } from '../../core/health/index.js';
import type { HealthProber, ProbeResult, TaskCommands } from '../../ports/index.js';
import { noAnswer } from './cause.js';
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
        return outcome.exitCode === 0
          ? { ok: true }
          : { ok: false, cause: `the command ended with exit code ${outcome.exitCode}` };
      case 'timedOut':
        return { ok: false, cause: noAnswer(timeout) };
      case 'notRun':
        return { ok: false, cause: outcome.reason };
      default:
        return assertNever(outcome);
    }
  }
}
