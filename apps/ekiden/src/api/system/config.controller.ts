import { Controller, Get } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { json, type HttpAnswer } from '../http/index.js';
import type { Shown, config } from '../schemas/index.js';

/** The settings in force, without secrets (marathon-api 4.9). */
@Controller('config')
export class ConfigController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  show(): HttpAnswer {
    const shown: Shown<typeof config> = this.api.config;
    return json(shown);
  }
}
