import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { present } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { isPod, type PodDefinition } from '../../core/app/index.js';
import type { PodWire } from '../../core/pod/index.js';
import type { RootChange } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { all, deferredRuns, json, type HttpAnswer, type QueryValues } from '../http/index.js';
import { parseDefinition, pod } from '../schemas/index.js';
import { deploymentHeader, locationHeader } from './answers.js';
import { idOf } from './ids.js';
import { embedsOf, presentPod, rolloutOf } from './presenters/index.js';
import { submitChange } from './submit-change.js';

/** The collection of pods (marathon-api 4.3). */
@Controller('v2/pods')
export class PodsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest, @Query() query: QueryValues): HttpAnswer {
    const state = this.api.state();
    const rollout = embedsOf(all(query, 'embed'), []).has('rollout');
    const shown = (spec: PodDefinition) => ({ ...presentPod(spec), ...rolloutOf(spec, rollout) });
    return this.api.snapshot(request, state, () =>
      deferredRuns([...state.root.apps.values()].filter(isPod), shown),
    );
  }

  @Post()
  create(
    @Req() request: FastifyRequest,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const created = (document: PodWire): RootChange => {
      return { kind: 'createPod', id: idOf(document.id), pod: document };
    };
    const wire = parseDefinition(pod, body, ({ document, broken }) =>
      this.api.judge(created(document), broken),
    );
    return submitChange(this.api, { request, query, change: created(wire) }, (done) => {
      const made = present(done.pod, 'the created pod');
      return json(presentPod(made), {
        status: 201,
        headers: { ...locationHeader(request, made.id), ...deploymentHeader(done) },
      });
    });
  }
}
