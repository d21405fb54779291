import { Controller, Delete, Get, Param, Query, Req } from '@nestjs/common';
import type { TaskId } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { TaskSelection } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { first, json, notFound, type HttpAnswer, type QueryValues } from '../http/index.js';
import { deployed, deploymentResult, killedTasks } from './answers.js';
import { appOf, appsBelow, groupOfWildcard, idOf } from './ids.js';
import { killOptions } from './kill-options.js';
import { deferTasks, isPlaced } from './presenters/index.js';

/** Tasks of one app, or of all apps below a group (marathon-api 4.1). */
@Controller('v2/apps/:id/tasks')
export class AppTasksController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest, @Param('id') parameter: string): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => {
      const group = groupOfWildcard(parameter);
      const apps = group === undefined ? [appOf(state, idOf(parameter))] : appsBelow(state, group);
      const tasks = apps.flatMap((app) =>
        deferTasks(state.instances.by('app', app.id).filter(isPlaced), app),
      );
      return { tasks };
    });
  }

  @Delete()
  async killAll(@Param('id') parameter: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    const host = first(query, 'host');
    const everywhere = host === undefined || host === '*';
    const tasks: TaskSelection = {
      by: 'app',
      app: idOf(parameter),
      ...(everywhere ? {} : { host }),
    };
    const options = killOptions(query);
    const answer = await this.api.submit({ kind: 'killTasks', tasks, ...options });
    if (options.scale) return deploymentResult(deployed(answer));
    return json({ tasks: killedTasks(answer, this.api.stateIfAny()) });
  }

  @Delete(':task')
  async killOne(
    @Param('id') parameter: string,
    @Param('task') task: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const tasks: TaskSelection = { by: 'appTask', app: idOf(parameter), task: task as TaskId };
    const options = killOptions(query);
    const answer = await this.api.submit({ kind: 'killTasks', tasks, ...options });
    if (options.scale) return deploymentResult(deployed(answer));
    const [killed] = killedTasks(answer, this.api.stateIfAny());
    if (killed === undefined) throw notFound(`Task '${task}' does not exist`);
    return json({ task: killed });
  }
}
