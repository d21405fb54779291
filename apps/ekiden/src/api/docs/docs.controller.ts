import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiContext } from '../api-context.js';
import { HttpAnswer, json, notFound } from '../http/index.js';
import type { DocsSite } from './docs-site.js';

/**
 * The description of this API, for machines and for people. Built when it is first asked for:
 * most services start without anybody reading it.
 */
@Controller()
export class DocsController {
  private readonly api: ApiContext;
  private description: Promise<HttpAnswer> | undefined;
  private site: Promise<DocsSite> | undefined;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get('openapi.json')
  openApi(): Promise<HttpAnswer> {
    this.description ??= this.describe();
    return this.description;
  }

  @Get(['docs', 'docs/*'])
  async docs(@Req() request: FastifyRequest): Promise<HttpAnswer> {
    this.site ??= this.open();
    const { status, body, contentType } = await (await this.site).get(request.originalUrl);
    if (status === 404) throw notFound(`URI not found: ${request.originalUrl}`);
    return new HttpAnswer(status, body, { 'Content-Type': contentType });
  }

  private async describe(): Promise<HttpAnswer> {
    const { openApiDocument } = await import('./openapi-document.js');
    return json(openApiDocument(this.api.identity.version));
  }

  private async open(): Promise<DocsSite> {
    const { openApiDocument } = await import('./openapi-document.js');
    const { openDocsSite } = await import('./docs-site.js');
    return openDocsSite(openApiDocument(this.api.identity.version));
  }
}
