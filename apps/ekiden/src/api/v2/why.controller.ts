import { Controller, Get, Query } from '@nestjs/common';
import { leavingNotes } from '../../core/pool/index.js';
import { holdNotes } from '../../core/reconcile/index.js';
import { ApiContext } from '../api-context.js';
import { badRequest, first, json, type HttpAnswer, type QueryValues } from '../http/index.js';
import { idOf, specOf } from './ids.js';
import { presentWhy } from './presenters/index.js';

/** Why instances of an app or a pod are not running: every reason, per agent. */
@Controller('v2/why')
export class WhyController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async explain(@Query() query: QueryValues): Promise<HttpAnswer> {
    const parameter = first(query, 'id');
    if (parameter === undefined || parameter === '') {
      throw badRequest('Name an app or a pod: /v2/why?id=/shop/web');
    }
    const state = this.api.state();
    const known = specOf(state, idOf(parameter));
    const { id } = known;
    const entry = (await this.api.queue()).find(({ app }) => app.id === id);
    const fault = state.frozen.get(id);
    const notes = [...leavingNotes(state, known), ...holdNotes(state, id)];
    return json(presentWhy(id, entry, { fault, notes }));
  }
}
