import { Controller, Get } from '@nestjs/common';
import { empty, type HttpAnswer } from '../http/index.js';

const DOCS = '/docs';

/** Leads people who come with a browser to the pages that there are (marathon-api 1.1). */
@Controller()
export class HomeController {
  @Get()
  home(): HttpAnswer {
    return empty(302, { Location: DOCS });
  }

  @Get('help')
  help(): HttpAnswer {
    return empty(302, { Location: DOCS });
  }
}
