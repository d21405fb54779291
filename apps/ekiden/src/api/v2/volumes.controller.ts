import { Controller, Delete, Get, Param, Req } from '@nestjs/common';
import { assert, formatTimestamp } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { volumeView, volumeViews, type VolumeId } from '../../core/volume/index.js';
import { ApiContext } from '../api-context.js';
import { deferredRuns, json, notFound, type HttpAnswer } from '../http/index.js';
import type { Shown, volumeDeletion } from '../schemas/index.js';
import { presentVolume } from './presenters/index.js';

/** Data of apps: where it is, who has it, and deleting it (rollouts.md, Volumes). */
@Controller('v2/volumes')
export class VolumesController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => ({
      volumes: deferredRuns(volumeViews(state), presentVolume),
    }));
  }

  @Get(':volume')
  show(@Req() request: FastifyRequest, @Param('volume') id: string): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => {
      const view = volumeView(state, id as VolumeId);
      if (view === undefined) throw notFound(`Volume '${id}' does not exist`);
      return presentVolume(view);
    });
  }

  /** Asked for once it is noted, asked for again within the window it happens. */
  @Delete(':volume')
  async remove(@Param('volume') id: string): Promise<HttpAnswer> {
    const answer = await this.api.submit({ kind: 'deleteVolume', id: id as VolumeId });
    assert(answer.kind === 'volumeDeletion', `a deletion was answered with ${answer.kind}`);
    const { confirmBy } = answer;
    const body: Shown<typeof volumeDeletion> =
      confirmBy === undefined
        ? { message: `Volume '${id}' is being deleted` }
        : {
            message:
              `Volume '${id}' and its data will be deleted for good: ask for it once more by ` +
              `${formatTimestamp(confirmBy)} to confirm`,
            confirmBy: formatTimestamp(confirmBy),
          };
    return json(body, { status: 202 });
  }
}
