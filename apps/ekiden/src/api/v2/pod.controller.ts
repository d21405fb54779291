import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req } from '@nestjs/common';
import { formatTimestamp, present } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { isPod, type PathId } from '../../core/app/index.js';
import { ApiContext } from '../api-context.js';
import {
  all,
  badRequest,
  empty,
  json,
  notFound,
  type HttpAnswer,
  type QueryValues,
} from '../http/index.js';
import { parseDefinition, pod } from '../schemas/index.js';
import { deploymentHeader, locationHeader } from './answers.js';
import { idOf, missingPod, podOf, versionOf } from './ids.js';
import { embedsOf, presentPod, rolloutOf } from './presenters/index.js';
import { submitChange } from './submit-change.js';

/** One pod and its versions (marathon-api 4.3). */
@Controller('v2/pods/:id')
export class PodController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  show(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): HttpAnswer {
    const state = this.api.state();
    const rollout = wantsRollout(query);
    return this.api.snapshot(request, state, () => {
      const id = idOf(parameter);
      const found = state.root.apps.get(id);
      if (found !== undefined && isPod(found)) {
        return { ...presentPod(found), ...rolloutOf(found, rollout) };
      }
      // Marathon puts the text of a whole JSON document into this one message (marathon-api 2.4).
      throw notFound(`{"message": "pod with ${id} does not exist"}`);
    });
  }

  @Put()
  put(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter);
    const wire = parseDefinition(pod, body, ({ document, broken }) =>
      this.api.judge({ kind: 'updatePod', id, pod: document }, broken),
    );
    const named = idOf(wire.id);
    if (named !== id) {
      throw badRequest(`'${id}' does not match definition's id ('${named}')`);
    }
    const change = { kind: 'updatePod', id, pod: wire } as const;
    return submitChange(this.api, { request, query, change }, (done) =>
      json(presentPod(present(done.pod, 'the changed pod')), { headers: deploymentHeader(done) }),
    );
  }

  @Delete()
  remove(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const change = { kind: 'deletePod', id: idOf(parameter) } as const;
    return submitChange(this.api, { request, query, change }, (done) => {
      const deployment = `/${done.deploymentId}` as PathId;
      return empty(202, { ...locationHeader(request, deployment), ...deploymentHeader(done) });
    });
  }

  /** Of our own: Marathon can only kill them all at once. */
  @Post('restart')
  restart(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const change = { kind: 'restartPod', id: idOf(parameter) } as const;
    return submitChange(this.api, { request, query, change });
  }

  @Get('versions')
  async versions(@Param('id') parameter: string): Promise<HttpAnswer> {
    const { id } = podOf(this.api.state(), idOf(parameter));
    const versions = await this.api.stored((door) => door.appVersions(id));
    return json(versions.map(formatTimestamp));
  }

  @Get('versions/:version')
  async version(
    @Param('id') parameter: string,
    @Param('version') text: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter);
    const version = versionOf(text);
    const found = await this.api.stored((door) => door.appVersion(id, version));
    if (found === undefined || !isPod(found)) throw missingPod(id);
    return json({ ...presentPod(found), ...rolloutOf(found, wantsRollout(query)) });
  }
}

function wantsRollout(query: QueryValues): boolean {
  return embedsOf(all(query, 'embed'), []).has('rollout');
}
