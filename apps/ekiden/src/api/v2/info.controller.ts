import { Controller, Get } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { json, notFound, type HttpAnswer } from '../http/index.js';
import { presentInfo } from './presenters/index.js';

/** What the service is, and who leads (marathon-api 4.8). Answers without a database, too. */
@Controller('v2')
export class InfoController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get('info')
  info(): HttpAnswer {
    const { hostname, httpPort, version } = this.api.identity;
    return json(
      presentInfo({
        leadership: this.api.leadership(),
        frameworkId: this.api.stateIfAny()?.frameworkId,
        hostname,
        httpPort,
        build: version,
        settings: this.api.settings,
      }),
    );
  }

  @Get('leader')
  leader(): HttpAnswer {
    const { leader } = this.api.leadership();
    if (leader === undefined) throw notFound('There is no leader');
    return json({ leader });
  }
}
