import { Controller, Get, Headers } from '@nestjs/common';
import { empty, json, text, type HttpAnswer } from '../http/index.js';

/** Whether the process answers at all (marathon-api 4.9). */
@Controller('ping')
export class PingController {
  @Get()
  ping(@Headers('accept') accept: string | undefined): HttpAnswer {
    const ranges = (accept ?? '*/*').split(',').map((range) => typeOf(range));
    const type = ranges.find((range) =>
      ['*/*', 'text/*', 'text/plain', 'text/html'].includes(range),
    );
    if (type !== undefined) {
      return text('pong', `${type === 'text/html' ? type : 'text/plain'}; charset=utf-8`);
    }
    return ranges.includes('application/json') ? json('pong') : empty(204);
  }
}

function typeOf(range: string): string {
  return (range.split(';', 1)[0] ?? '').trim().toLowerCase();
}
