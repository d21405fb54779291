import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { mapInSteps, type Steps } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { Instance } from '../../core/instance/index.js';
import type { StateView } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { all, type DeferredJson, type HttpAnswer, type QueryValues } from '../http/index.js';
import { parseShape, taskIds } from '../schemas/index.js';
import { allApps } from './ids.js';
import {
  deferTasks,
  instancesFor,
  servicePortsOf,
  shownState,
  type ShownTask,
} from './presenters/index.js';
import { wantsGenerations } from './generations.js';
import { submitKill } from './submit-kill.js';
import { parseTaskId } from './task-id.js';
import { prefersText, taskText } from './task-text.js';

const STATE_OF_STATUS: Readonly<Record<string, ShownTask['state']>> = {
  running: 'TASK_RUNNING',
  staging: 'TASK_STAGING',
};

/** Tasks of all apps (marathon-api 4.5). */
@Controller('v2/tasks')
export class TasksController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest, @Query() query: QueryValues): Promise<HttpAnswer> {
    const wanted = statesWanted(query);
    const generations = wantsGenerations(query);
    if (prefersText(request)) return taskText(this.api, allApps, query);
    return this.api.list(request, {
      *make(state) {
        return { tasks: yield* tasksIn(state, { wanted, generations }) };
      },
    });
  }

  @Post('delete')
  kill(
    @Req() request: FastifyRequest,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const ids = parseShape(taskIds, body).ids.map(parseTaskId);
    return submitKill(this.api, { request, query, tasks: { by: 'ids', ids } }, (killed) =>
      this.api.once(() => ({ tasks: killed })),
    );
  }
}

/** Tasks in one of the wanted states, or all of them. */
function* tasksIn(
  state: StateView,
  {
    wanted,
    generations,
  }: { readonly wanted: ReadonlySet<ShownTask['state']>; readonly generations: boolean },
): Steps<readonly DeferredJson[]> {
  const isWanted = (one: Instance): boolean => wanted.size === 0 || wanted.has(shownState(one));
  const runs = yield* mapInSteps(allApps(state), (app) => {
    const servicePorts = servicePortsOf(app);
    const instances = instancesFor(state, app.id, generations);
    return deferTasks(instances, app, { servicePorts, isWanted, generations });
  });
  return runs.flat();
}

/** Unknown values are ignored; none that is known means no filter. */
function statesWanted(query: QueryValues): ReadonlySet<ShownTask['state']> {
  const asked = [...all(query, 'status'), ...all(query, 'status[]')];
  return new Set(
    asked.flatMap((value) => {
      const name = value.toLowerCase();
      const state = Object.hasOwn(STATE_OF_STATUS, name) ? STATE_OF_STATUS[name] : undefined;
      return state === undefined ? [] : [state];
    }),
  );
}
