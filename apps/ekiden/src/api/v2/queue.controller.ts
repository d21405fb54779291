import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { DeferredJson, all, empty, type HttpAnswer, type QueryValues } from '../http/index.js';
import { idOf } from './ids.js';
import { presentQueueItem } from './presenters/index.js';

/** Apps with instances that wait to be launched (marathon-api 4.6). */
@Controller('v2/queue')
export class QueueController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async list(@Query() query: QueryValues): Promise<HttpAnswer> {
    const embeds = new Set(all(query, 'embed'));
    const entries = await this.api.queue();
    return this.api.once(() => ({
      queue: entries.map(
        (entry) => new DeferredJson(() => JSON.stringify(presentQueueItem(entry, embeds))),
      ),
    }));
  }

  @Delete(':id/delay')
  async resetDelay(@Param('id') parameter: string): Promise<HttpAnswer> {
    await this.api.submit({ kind: 'resetDelay', app: idOf(parameter) });
    return empty(204);
  }
}
