import { Body, Controller, Get, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { mapInSteps, present } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { AppWire } from '../../core/app/index.js';
import type { AppEntry, RootChange } from '../../core/turn/index.js';
import type { Violation } from '../../core/violation.js';
import { ApiContext } from '../api-context.js';
import {
  all,
  flag,
  json,
  unprocessable,
  type HttpAnswer,
  type QueryValues,
} from '../http/index.js';
import { app, appList, appUpdateList, parseDefinition, type Salvage } from '../schemas/index.js';
import { deploymentHeader, locationHeader } from './answers.js';
import { appFilter } from './app-filters.js';
import { withGenerations } from './generations.js';
import { allApps, idOf } from './ids.js';
import { LIST_EMBEDS, deferAppInfo, embedsOf, presentCreatedInfo } from './presenters/index.js';
import { rollbackVersion } from './rollback.js';
import { submitChange } from './submit-change.js';

/** The collection of apps (marathon-api 4.1). */
@Controller('v2/apps')
export class AppsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest, @Query() query: QueryValues): Promise<HttpAnswer> {
    const embeds = withGenerations(embedsOf(all(query, 'embed'), LIST_EMBEDS), query);
    const isWanted = appFilter(query);
    const { now } = this.api;
    return this.api.list(request, {
      fresh: embeds.has('taskStats'),
      *make(state) {
        const apps = allApps(state).filter(isWanted);
        return { apps: yield* mapInSteps(apps, (app) => deferAppInfo(app, state, embeds, now)) };
      },
    });
  }

  @Post()
  create(
    @Req() request: FastifyRequest,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const created = (wire: AppWire): RootChange => {
      return { kind: 'createApp', id: idOf(wire.id ?? ''), app: wire };
    };
    const wire = parseDefinition(app, body, ({ document, broken }) =>
      this.api.judge(created(document), broken),
    );
    return submitChange(this.api, { request, query, change: created(wire) }, (done) => {
      const definition = present(done.created, 'the created app');
      return json(presentCreatedInfo(definition, done.deploymentId), {
        status: 201,
        headers: { ...locationHeader(request, definition.id), ...deploymentHeader(done) },
      });
    });
  }

  @Put()
  replaceMany(
    @Req() request: FastifyRequest,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const partial = flag(query, 'partialUpdate', true);
    const wish = { partial, mustExist: false };
    const apps = parseDefinition(partial ? appUpdateList : appList, body, this.judgeOf(wish));
    return this.change(request, query, { apps, ...wish });
  }

  @Patch()
  patchMany(
    @Req() request: FastifyRequest,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const wish = { partial: true, mustExist: true };
    const apps = parseDefinition(appUpdateList, body, this.judgeOf(wish));
    return this.change(request, query, { apps, ...wish });
  }

  private async change(
    request: FastifyRequest,
    query: QueryValues,
    wish: { readonly apps: readonly AppWire[]; readonly partial: boolean; mustExist: boolean },
  ): Promise<HttpAnswer> {
    const { apps, partial, mustExist } = wish;
    const entries = await this.entriesFor(apps, partial);
    const change = { kind: 'upsertApps', entries, partial, mustExist, listed: true } as const;
    return submitChange(this.api, { request, query, change });
  }

  private judgeOf(wish: { readonly partial: boolean; readonly mustExist: boolean }) {
    return ({ document, broken }: Salvage<readonly AppWire[]>): readonly Violation[] => {
      const entries = document.map((one) => ({ id: idOf(one.id ?? ''), app: one }));
      return this.api.judge({ kind: 'upsertApps', entries, ...wish, listed: true }, broken);
    };
  }

  /** Elements of nothing but an id and a version ask for that stored version back. */
  private async entriesFor(apps: readonly AppWire[], partial: boolean): Promise<AppEntry[]> {
    const known = this.api.state().root.apps;
    const wishes = apps.map((app, index) => {
      const id = idOf(requiredId(app));
      const version = partial && known.has(id) ? rollbackVersion(app, `(${index})`) : undefined;
      return { id, app, version };
    });
    const stored = this.api.stored.bind(this.api);
    return Promise.all(
      wishes.map(async ({ id, app, version }) => {
        if (version === undefined) return { id, app };
        return {
          id,
          app,
          restored: { definition: await stored((door) => door.appVersion(id, version)) },
        };
      }),
    );
  }
}

function requiredId({ id }: AppWire): string {
  if (id === undefined || id === null) {
    throw unprocessable('requirement failed: App Update must have app id set');
  }
  return id;
}
