import { Controller, Delete, Get, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiContext } from '../api-context.js';
import { deferredRuns, json, notFound, type HttpAnswer } from '../http/index.js';
import { presentUnknownTask, type ShownUnknownTask } from './presenters/index.js';
import { parseTaskId } from './task-id.js';

/** Tasks on hosts that are newer than the database, and what an operator decides about them. */
@Controller('v2/unknown-tasks')
export class UnknownTasksController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => ({
      tasks: deferredRuns([...state.unknownTasks.values()], presentUnknownTask),
    }));
  }

  @Post(':task/adopt')
  adopt(@Param('task') task: string): Promise<HttpAnswer> {
    return this.decide(task, 'adopt', 200);
  }

  @Delete(':task')
  remove(@Param('task') task: string): Promise<HttpAnswer> {
    return this.decide(task, 'remove', 202);
  }

  private async decide(
    text: string,
    order: 'adopt' | 'remove',
    status: number,
  ): Promise<HttpAnswer> {
    const task = parseTaskId(text);
    const before = this.api.state().unknownTasks.get(task);
    await this.api.submit({ kind: 'tendUnknownTask', task, order });
    const after = this.api.stateIfAny()?.unknownTasks.get(task) ?? before;
    if (after === undefined) throw notFound(`Task '${text}' does not wait for a decision`);
    const shown: ShownUnknownTask = presentUnknownTask(after);
    return json(shown, { status });
  }
}
