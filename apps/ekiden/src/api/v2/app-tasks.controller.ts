import { Controller, Delete, Get, Param, Query, Req } from '@nestjs/common';
import { mapInSteps, type TaskId } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { AppDefinition } from '../../core/app/index.js';
import type { StateView, TaskSelection } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { first, json, notFound, type HttpAnswer, type QueryValues } from '../http/index.js';
import { wantsGenerations } from './generations.js';
import { appOf, appsBelow, groupOfWildcard, idOf } from './ids.js';
import { deferTasks, instancesFor } from './presenters/index.js';
import { submitKill } from './submit-kill.js';
import { prefersText, taskText } from './task-text.js';

/** Tasks of one app, or of all apps below a group (marathon-api 4.1). */
@Controller('v2/apps/:id/tasks')
export class AppTasksController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const appsIn = (state: StateView) => appsNamed(state, parameter);
    const generations = wantsGenerations(query);
    if (prefersText(request)) return taskText(this.api, appsIn, query);
    return this.api.list(request, {
      *make(state) {
        const runs = yield* mapInSteps(appsIn(state), (app) =>
          deferTasks(instancesFor(state, app.id, generations), app, { generations }),
        );
        return { tasks: runs.flat() };
      },
    });
  }

  @Delete()
  killAll(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const host = first(query, 'host');
    const everywhere = host === undefined || host === '*';
    const tasks: TaskSelection = {
      by: 'app',
      app: idOf(parameter),
      ...(everywhere ? {} : { host }),
    };
    return submitKill(this.api, { request, query, tasks }, (killed) =>
      this.api.once(() => ({ tasks: killed })),
    );
  }

  @Delete(':task')
  killOne(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Param('task') task: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const tasks: TaskSelection = { by: 'appTask', app: idOf(parameter), task: task as TaskId };
    return submitKill(this.api, { request, query, tasks }, ([killed]) => {
      if (killed === undefined) throw notFound(`Task '${task}' does not exist`);
      return json({ task: killed });
    });
  }
}

/** One app, or all below the group of a wildcard. Throws a `Problem` (404) for an unknown one. */
function appsNamed(state: StateView, parameter: string): readonly AppDefinition[] {
  const group = groupOfWildcard(parameter);
  return group === undefined ? [appOf(state, idOf(parameter))] : appsBelow(state, group);
}
