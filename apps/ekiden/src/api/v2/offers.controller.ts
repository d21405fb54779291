import { Controller, Get } from '@nestjs/common';
import { offerViews } from '../../core/pool/index.js';
import { ApiContext } from '../api-context.js';
import { type HttpAnswer } from '../http/index.js';
import type { Shown, offerFacts } from '../schemas/index.js';
import { presentOffer } from './presenters/index.js';

/** What frameworks have been offered and not answered; the service itself answers in the same turn. */
@Controller('v2/offers')
export class OffersController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async list(): Promise<HttpAnswer> {
    const seen = await this.api.look(({ state, master }) => {
      const allocator: Shown<typeof offerFacts> = {
        queuedAgents: master.queuedAgents,
        filters: master.filters,
      };
      return { offers: offerViews(state).map(presentOffer), allocator };
    });
    return this.api.once(() => seen);
  }
}
