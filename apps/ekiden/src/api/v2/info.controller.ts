import { Controller, Get } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { json, type HttpAnswer } from '../http/index.js';
import { presentInfo } from './presenters/index.js';

/** What the service is (marathon-api 4.8). Answers without a database, too. */
@Controller('v2/info')
export class InfoController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  info(): HttpAnswer {
    const { version, ...identity } = this.api.identity;
    return json(
      presentInfo({
        ...identity,
        leadership: this.api.leadership(),
        frameworkId: this.api.stateIfAny()?.frameworkId,
        build: version,
        settings: this.api.settings,
      }),
    );
  }
}
