import { Body, Controller, Delete, Get, Param, Query, Req } from '@nestjs/common';
import { assert, mapInSteps, present } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { ROOT_ID, isPod } from '../../core/app/index.js';
import type { InstanceId } from '../../core/instance/index.js';
import type { TaskSelection } from '../../core/turn/index.js';
import { ApiContext, originOf } from '../api-context.js';
import { flag, json, unprocessable, type HttpAnswer, type QueryValues } from '../http/index.js';
import { instanceIds, parseShape } from '../schemas/index.js';
import { idOf, missingPod } from './ids.js';
import { deferPodStatus, leavingPods, presentPodInstance } from './presenters/index.js';

const INSTANCE_ID = /^.+\.(?:instance-|marathon-)[^.]+$/s;

/** What runs of pods (marathon-api 4.3). */
@Controller('v2/pods/:id')
export class PodInstancesController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  /** `::status` alone is that of all pods, also of those that are going. */
  @Get('status')
  status(@Req() request: FastifyRequest, @Param('id') parameter: string): Promise<HttpAnswer> {
    const id = idOf(parameter);
    return this.api.list(request, {
      *make(state) {
        const pods = [...[...state.root.apps.values()].filter(isPod), ...leavingPods(state)];
        if (id === ROOT_ID) return yield* mapInSteps(pods, (one) => deferPodStatus(one, state));
        const found = pods.find((one) => one.id === id);
        if (found === undefined) throw missingPod(id);
        return deferPodStatus(found, state);
      },
    });
  }

  @Delete('instances/:instance')
  async killOne(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Param('instance') instance: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const id = instanceIdOf(instance);
    const killed = await this.kill(request, query, { by: 'instance', pod: idOf(parameter), id });
    return json(present(killed[0], 'the killed instance'));
  }

  @Delete('instances')
  async killMany(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const ids = parseShape(instanceIds, body).map(instanceIdOf);
    return json(await this.kill(request, query, { by: 'instances', pod: idOf(parameter), ids }));
  }

  private async kill(request: FastifyRequest, query: QueryValues, tasks: TaskSelection) {
    const wipe = flag(query, 'wipe', false);
    const kill = { kind: 'killTasks', tasks, scale: false, wipe, force: false } as const;
    const answer = await this.api.submit({ ...kill, origin: originOf(request) });
    assert(answer.kind === 'killed', `a kill was answered with ${answer.kind}`);
    const apps = this.api.stateIfAny()?.root.apps;
    return answer.instances.map((instance) => {
      const spec = apps?.get(instance.appId);
      return presentPodInstance(instance, spec && isPod(spec) ? spec : undefined);
    });
  }
}

/** Throws a `Problem` (422) for what is no id of an instance. */
function instanceIdOf(text: string): InstanceId {
  if (!INSTANCE_ID.test(text)) throw unprocessable(`'${text}' is not a valid instance id`);
  return text as InstanceId;
}
