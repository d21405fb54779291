import { Controller, Get, Param, Req, Res, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TaskId } from '@ekiden/kernel';
import type { PathId } from '../../../core/app/index.js';
import { instanceIdOfTask } from '../../../core/instance/index.js';
import type { SessionNote } from '../../../core/turn/index.js';
import type { SessionOrder, TaskSession } from '../../../ports/index.js';
import { ApiContext } from '../../api-context.js';
import { Problem, notFound, unavailable, upgradeOf } from '../../http/index.js';
import { SESSION_PROTOCOL } from '../../../session-frames.js';
import { parseTaskId } from '../task-id.js';
import { serveSession } from './serve-session.js';

const RETRY_AFTER_SECONDS = 5;
const COMMAND_SHOWN_MAX = 4_096;

type Facts = Omit<SessionNote, 'stage' | 'command' | 'terminal'>;

/** Commands beside tasks, for people who stay connected to them (docs/logs.md). */
@Controller('v2/tasks')
export class ExecController implements OnModuleDestroy {
  private readonly api: ApiContext;
  private readonly stopping = new AbortController();
  private open = 0;

  constructor(api: ApiContext) {
    this.api = api;
    api.metrics.gauge(
      { name: 'ekiden.exec.sessions.gauge', help: 'Sessions beside tasks that are open.' },
      () => this.open,
    );
  }

  /** Before the server closes, which would wait for them. */
  onModuleDestroy(): void {
    this.stopping.abort('the service stops');
  }

  @Get(':task/exec')
  exec(
    @Param('task') task: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const { exec } = this.api;
    const taskId = parseTaskId(task);
    if (!exec.isOn) throw new Problem(403, { message: 'Sessions are switched off (EKIDEN_EXEC)' });
    const upgrade = upgradeOf(request.raw);
    if (upgrade === undefined) {
      const message = `Upgrade Required: ask with Connection: Upgrade and Upgrade: ${SESSION_PROTOCOL}`;
      throw new Problem(426, { message }, { Upgrade: SESSION_PROTOCOL, Connection: 'Upgrade' });
    }
    const facts: Facts = {
      taskId,
      appId: this.appOf(taskId),
      user: this.api.userOf(request),
      clientIp: request.ip,
    };
    if (this.open >= exec.sessionsMax) {
      const message = `${exec.sessionsMax} sessions are open already. Try again later.`;
      throw unavailable(message, RETRY_AFTER_SECONDS);
    }
    reply.hijack();
    const { connection, head } = upgrade;
    connection.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${SESSION_PROTOCOL}\r\n\r\n`,
    );
    this.open += 1;
    const { idleMs } = exec;
    const { signal } = this.stopping;
    void this.serve(facts, { connection, head, idleMs, signal }).finally(() => {
      this.open -= 1;
    });
  }

  /** Announced before it begins, so that nothing is ever run that nobody can read of. */
  private async serve(
    facts: Facts,
    plan: Omit<Parameters<typeof serveSession>[0], 'open'>,
  ): Promise<void> {
    let begun: Omit<SessionNote, 'stage'> | undefined;
    const began = this.api.now;
    const open = async (order: SessionOrder): Promise<TaskSession | string> => {
      const note = { ...facts, ...shown(order) };
      const refused = await this.note({ ...note, stage: { kind: 'started' } });
      if (refused !== undefined) return `Nothing was run, as it cannot be recorded: ${refused}`;
      begun = note;
      const session = await this.api.tasks.openSession(facts.taskId, order);
      return session.ok ? session.value : session.error.message;
    };
    const end = await serveSession({ ...plan, open });
    if (begun === undefined) return;
    const seconds = Math.round((this.api.now - began) / 100) / 10;
    await this.note({ ...begun, stage: { kind: 'ended', ...end, seconds } });
  }

  /** In the log and among the events; answers why it could not be recorded. */
  private async note(note: SessionNote): Promise<string | undefined> {
    const { stage, ...about } = note;
    const { kind, ...how } = stage;
    this.api.log.info({ event: `session-${kind}`, ...about, ...how }, `session ${kind}`);
    try {
      await this.api.submit({ kind: 'noteSession', note });
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.api.log.warn({ event: 'session-unrecorded', ...about, message }, 'session unrecorded');
      return message;
    }
  }

  /** Throws a `Problem` (404) for a task that does not run. */
  private appOf(taskId: TaskId): PathId {
    // A task of a pod is one of several of its instance.
    const { instances } = this.api.state();
    const instance = instances.by('task', taskId)[0] ?? instances.get(instanceIdOfTask(taskId));
    if (instance === undefined) throw notFound(`Task '${taskId}' does not exist`);
    return instance.appId;
  }
}

function shown({ command, terminal }: SessionOrder): Pick<SessionNote, 'command' | 'terminal'> {
  return {
    command: command.join(' ').slice(0, COMMAND_SHOWN_MAX),
    terminal: terminal !== undefined,
  };
}
