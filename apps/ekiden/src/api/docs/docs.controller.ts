import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiContext } from '../api-context.js';
import { HttpAnswer, first, json, notFound, type QueryValues } from '../http/index.js';
import type { DocsSite } from './docs-site.js';
import { liveValues, withLiveValues } from './live-examples.js';
import type { OpenApiDocument } from './openapi-document.js';

/**
 * The description of this API, for machines and for people. Built when it is first asked for:
 * most services start without anybody reading it.
 */
@Controller()
export class DocsController {
  private readonly api: ApiContext;
  private description: Promise<OpenApiDocument> | undefined;
  private answer: HttpAnswer | undefined;
  private site: Promise<DocsSite> | undefined;

  constructor(api: ApiContext) {
    this.api = api;
  }

  /** With `examples=live` the examples name what runs at this moment, as the pages show them. */
  @Get('openapi.json')
  async openApi(@Query() query: QueryValues): Promise<HttpAnswer> {
    this.answer ??= json(await this.describe());
    if (first(query, 'examples') !== 'live') return this.answer;
    const { status, body, headers } = this.answer;
    const text = String(body);
    const live = withLiveValues(text, liveValues(this.api.stateIfAny()));
    return new HttpAnswer(status, Buffer.from(live), headers);
  }

  @Get(['openapi.yaml', 'docs', 'docs/*'])
  async docs(@Req() request: FastifyRequest): Promise<HttpAnswer> {
    this.site ??= this.open();
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    const found = await (await this.site).get(path);
    if (found === undefined) throw notFound(`URI not found: ${path}`);
    return new HttpAnswer(200, found.body, found.headers);
  }

  private describe(): Promise<OpenApiDocument> {
    this.description ??= import('./openapi-document.js').then(({ openApiDocument }) =>
      openApiDocument(this.api.identity.version),
    );
    return this.description;
  }

  private async open(): Promise<DocsSite> {
    const { openDocsSite } = await import('./docs-site.js');
    return openDocsSite(await this.describe());
  }
}
