import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { formatTimestamp, mapInSteps } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { isPod, type AppWire, type PathId } from '../../core/app/index.js';
import type { RootChange } from '../../core/turn/index.js';
import type { Violation } from '../../core/violation.js';
import { ApiContext } from '../api-context.js';
import { all, flag, json, notFound, type HttpAnswer, type QueryValues } from '../http/index.js';
import { appUpdate, parseDefinition, type Salvage } from '../schemas/index.js';
import { deploymentResult, locationHeader } from './answers.js';
import { withGenerations } from './generations.js';
import { appOf, appsBelow, groupOfWildcard, idOf, versionOf } from './ids.js';
import { APP_EMBEDS, deferAppInfo, embedsOf, presentApp, rolloutOf } from './presenters/index.js';
import { rollbackVersion } from './rollback.js';
import { submitChange } from './submit-change.js';

/** One app (marathon-api 4.1). */
@Controller('v2/apps/:id')
export class AppController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  show(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): HttpAnswer | Promise<HttpAnswer> {
    const embeds = withGenerations(embedsOf(all(query, 'embed'), APP_EMBEDS), query);
    const fresh = embeds.has('taskStats');
    const group = groupOfWildcard(parameter);
    const { now } = this.api;
    if (group !== undefined) {
      return this.api.list(request, {
        fresh,
        *make(state) {
          const apps = appsBelow(state, group);
          return { '*': yield* mapInSteps(apps, (app) => deferAppInfo(app, state, embeds, now)) };
        },
      });
    }
    const state = this.api.state();
    const make = (): unknown => {
      return { app: deferAppInfo(appOf(state, idOf(parameter)), state, embeds, now) };
    };
    return this.api.answer(request, state, { fresh, make });
  }

  @Put()
  async put(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter);
    // the id of the URL counts, so the body may do without
    const wish = { partial: flag(query, 'partialUpdate', true), mustExist: false };
    const app = parseDefinition(appUpdate, body, this.judgeOf(id, wish));
    const change = await this.changeFor(id, app, wish);
    return submitChange(this.api, { request, query, change }, (done) =>
      done.isNew
        ? deploymentResult(done, { status: 201, headers: locationHeader(request, id) })
        : deploymentResult(done),
    );
  }

  @Patch()
  async patch(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter);
    const wish = { partial: true, mustExist: true };
    const app = parseDefinition(appUpdate, body, this.judgeOf(id, wish));
    const change = await this.changeFor(id, app, wish);
    return submitChange(this.api, { request, query, change });
  }

  @Delete()
  remove(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const wipe = flag(query, 'wipe', false) ? { wipe: true } : {};
    const change = { kind: 'deleteApp', id: idOf(parameter), ...wipe } as const;
    // the one call that forces unless told otherwise (marathon-api 14)
    return submitChange(this.api, { request, query, change, forceByDefault: true });
  }

  @Post('restart')
  restart(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const change = { kind: 'restartApp', id: idOf(parameter) } as const;
    return submitChange(this.api, { request, query, change });
  }

  @Get('versions')
  async versions(@Param('id') parameter: string): Promise<HttpAnswer> {
    const { id } = appOf(this.api.state(), idOf(parameter));
    const versions = await this.api.stored((door) => door.appVersions(id));
    return json({ versions: versions.map(formatTimestamp) });
  }

  @Get('versions/:version')
  async version(
    @Param('id') parameter: string,
    @Param('version') text: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter);
    const version = versionOf(text);
    const app = await this.api.stored((door) => door.appVersion(id, version));
    if (app === undefined || isPod(app)) {
      throw notFound(`App '${id}' does not exist in version ${formatTimestamp(version)}`);
    }
    const embeds = embedsOf(all(query, 'embed'), []);
    return json({ ...presentApp(app), ...rolloutOf(app, embeds.has('rollout')) });
  }

  private judgeOf(id: PathId, wish: { readonly partial: boolean; readonly mustExist: boolean }) {
    return ({ document: app, broken }: Salvage<AppWire>): readonly Violation[] =>
      this.api.judge({ kind: 'upsertApps', entries: [{ id, app }], ...wish }, broken);
  }

  /** A body of nothing but a version asks for that stored version back. */
  private async changeFor(
    id: PathId,
    app: AppWire,
    options: { readonly partial: boolean; readonly mustExist: boolean },
  ): Promise<RootChange> {
    const present = this.api.state().root.apps.get(id);
    const known = present !== undefined && !isPod(present);
    const version = known && options.partial ? rollbackVersion(app) : undefined;
    if (version === undefined) return { kind: 'upsertApps', entries: [{ id, app }], ...options };
    const definition = await this.api.stored((door) => door.appVersion(id, version));
    return { kind: 'rollbackApp', id, definition };
  }
}
