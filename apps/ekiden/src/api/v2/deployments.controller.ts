import { Controller, Delete, Get, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiContext } from '../api-context.js';
import { empty, flag, type HttpAnswer, type QueryValues } from '../http/index.js';
import { deployed, deploymentResult } from './answers.js';
import { presentDeployment } from './presenters/index.js';

/** Running deployments (marathon-api 4.4). */
@Controller('v2/deployments')
export class DeploymentsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () =>
      state.deployments.by('status', 'running').map((each) => presentDeployment(each, state)),
    );
  }

  /** With force: stops where it is. Without: starts a deployment that undoes it. */
  @Delete(':id')
  async cancel(@Param('id') id: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    const force = flag(query, 'force', false);
    const answer = await this.api.submit({ kind: 'cancelDeployment', id, force });
    return force ? empty(202) : deploymentResult(deployed(answer));
  }
}
