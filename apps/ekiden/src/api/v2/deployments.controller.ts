import { Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { queueIn } from '../../core/commands/index.js';
import type { Deployment } from '../../core/deployment/index.js';
import type { DeploymentOrder, StateView } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { Problem, empty, first, flag, type HttpAnswer, type QueryValues } from '../http/index.js';
import { deployed, deploymentResult } from './answers.js';
import { deferDeployment, deferDetails } from './presenters/index.js';

/** Deployments under way, those that have ended, and what operators do with them. */
@Controller('v2/deployments')
export class DeploymentsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest, @Query() query: QueryValues): HttpAnswer {
    const state = this.api.state();
    const status = statusWanted(query);
    if (status !== 'running') {
      const wanted = status === 'queued' ? queueIn(state) : finished(state);
      return this.api.once(() => wanted.map((each) => this.details(each, state)));
    }
    return this.api.snapshot(request, state, () =>
      state.deployments.by('status', 'running').map((each) => deferDeployment(each, state)),
    );
  }

  @Get(':id')
  show(@Param('id') id: string): HttpAnswer {
    const state = this.api.state();
    const one = existing(state, id);
    return this.api.once(() => this.details(one, state));
  }

  /**
   * With force: stops where it is. Without: starts a deployment that undoes it. One that is queued
   * leaves the queue.
   */
  @Delete(':id')
  async cancel(@Param('id') id: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    const force = flag(query, 'force', false);
    const answer = await this.api.submit({ kind: 'cancelDeployment', id, force });
    return answer.kind === 'done' ? empty(202) : deploymentResult(deployed(answer));
  }

  @Post(':id/promote')
  promote(@Param('id') id: string): Promise<HttpAnswer> {
    return this.hold(id, 'promote');
  }

  @Post(':id/pause')
  pause(@Param('id') id: string): Promise<HttpAnswer> {
    return this.hold(id, 'pause');
  }

  @Post(':id/resume')
  resume(@Param('id') id: string): Promise<HttpAnswer> {
    return this.hold(id, 'resume');
  }

  @Post(':id/abort')
  abort(@Param('id') id: string): Promise<HttpAnswer> {
    return this.takeBack(id, 'abort');
  }

  @Post(':id/undo')
  undo(@Param('id') id: string): Promise<HttpAnswer> {
    return this.takeBack(id, 'undo');
  }

  private async hold(id: string, order: DeploymentOrder): Promise<HttpAnswer> {
    await this.api.submit({ kind: 'tendDeployment', id, order });
    return this.show(id);
  }

  private async takeBack(id: string, order: DeploymentOrder): Promise<HttpAnswer> {
    const answer = await this.api.submit({ kind: 'tendDeployment', id, order });
    // what was queued has left the queue, and there is nothing to take back
    return answer.kind === 'done' ? this.show(id) : deploymentResult(deployed(answer));
  }

  private details(one: Deployment, state: StateView): unknown {
    const { now, settings } = this.api;
    return deferDetails(one, state, { now, settings });
  }
}

function existing(state: StateView, id: string): Deployment {
  const found = state.deployments.get(id);
  if (found !== undefined) return found;
  throw new Problem(404, { message: `DeploymentPlan ${id} does not exist` });
}

/** Latest first. */
function finished(state: StateView): readonly Deployment[] {
  return [...state.deployments.values()]
    .filter(({ status }) => status !== 'running' && status !== 'queued')
    .sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0));
}

const STATUSES = ['running', 'queued', 'finished'] as const;

function statusWanted(query: QueryValues): (typeof STATUSES)[number] {
  const asked = first(query, 'status') ?? 'running';
  const status = STATUSES.find((one) => one === asked);
  if (status !== undefined) return status;
  const errors = [`got ${asked}, expected one of: [${STATUSES.join(', ')}]`];
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: '/status', errors }],
  });
}
