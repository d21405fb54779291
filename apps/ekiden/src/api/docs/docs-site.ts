import { Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { OpenApiDocument } from './openapi-document.js';

/** The pages under `/docs`. */
export interface DocsSite {
  get(url: string): Promise<DocsPage>;
}

export interface DocsPage {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string;
}

@Module({})
class DocsModule {}

/**
 * Swagger UI over a description. It lives in an application of its own, which listens nowhere and
 * is asked in memory: routes cannot be added to a server that runs already, and loading it at
 * start would cost every start 150 ms.
 */
export async function openDocsSite(description: OpenApiDocument): Promise<DocsSite> {
  const quiet: Partial<NestApplicationOptions> = { logger: false, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(
    DocsModule,
    new FastifyAdapter(),
    quiet,
  );
  SwaggerModule.setup('docs', app, description as unknown as OpenAPIObject, {
    raw: false,
    customSiteTitle: 'Ekiden API',
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    get: async (url) => {
      const { statusCode, rawPayload, headers } = await app.inject({ method: 'GET', url });
      const contentType = headers['content-type'] ?? 'application/octet-stream';
      return { status: statusCode, body: rawPayload, contentType: String(contentType) };
    },
  };
}
