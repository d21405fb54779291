import { Controller, Get, Headers } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { json, text, type HttpAnswer } from '../http/index.js';
import type { Shown, metrics } from '../schemas/index.js';

/** Of the form of the answer; tools compare it (marathon-api 11.3). */
const VERSION = '4.0.0';

const TEXT_FORM = 'text/plain; version=0.0.4; charset=utf-8';

/** What was measured in this process, whoever leads (marathon-api 4.9). */
@Controller('metrics')
export class MetricsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  /** Marathon's JSON, unless the header is that of a Prometheus. */
  @Get()
  async negotiated(@Headers('accept') accept: string | undefined): Promise<HttpAnswer> {
    if (asksForText(accept)) return this.text();
    const shown: Shown<typeof metrics> = { version: VERSION, ...this.api.metrics.snapshot() };
    return json(shown);
  }

  @Get('prometheus')
  async text(): Promise<HttpAnswer> {
    return text(await this.api.metrics.text(), TEXT_FORM);
  }
}

/** A Prometheus names its own format or a version of the text form; nobody else does. */
function asksForText(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (type === 'application/openmetrics-text') return true;
    return type === 'text/plain' && parameters.some((one) => one.startsWith('version='));
  });
}
