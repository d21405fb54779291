import { Controller, Get, Query } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import {
  badRequest,
  first,
  json,
  notFound,
  type HttpAnswer,
  type QueryValues,
} from '../http/index.js';
import { idOf } from './ids.js';
import { lastLines } from './last-lines.js';
import { presentWhy } from './presenters/index.js';

/** Why something is not as it shall be: an app, a pod, a group, a deployment, an instance, a task. */
@Controller('v2/why')
export class WhyController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async explain(@Query() query: QueryValues): Promise<HttpAnswer> {
    const asked = first(query, 'id');
    if (asked === undefined || asked === '') {
      throw badRequest('Name an app or a pod: /v2/why?id=/shop/web');
    }
    const report = await this.api.why(asked);
    if (report === undefined) throw notFound(`App '${idOf(asked)}' does not exist`);
    const failure = 'lastFailure' in report ? report.lastFailure : undefined;
    const output = failure && (await lastLines(this.api.tasks, failure.taskId));
    return json(presentWhy(report, output));
  }
}
