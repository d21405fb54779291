import { Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { json, notFound, type HttpAnswer } from '../http/index.js';
import type { Shown, plugin } from '../schemas/index.js';

/** There are no plugins: what they do for Marathon is built in (marathon-api 4.8). */
@Controller('v2/plugins')
export class PluginsController {
  @Get()
  list(): HttpAnswer {
    const plugins: readonly Shown<typeof plugin>[] = [];
    return json({ plugins });
  }

  @Get(':pluginId/:path')
  read(@Param('pluginId') id: string): never {
    throw missingPlugin(id);
  }

  @Put(':pluginId/:path')
  replace(@Param('pluginId') id: string): never {
    throw missingPlugin(id);
  }

  @Post(':pluginId/:path')
  create(@Param('pluginId') id: string): never {
    throw missingPlugin(id);
  }

  @Delete(':pluginId/:path')
  remove(@Param('pluginId') id: string): never {
    throw missingPlugin(id);
  }
}

function missingPlugin(id: string) {
  return notFound(`No plugin with this pluginId: ${id}`);
}
