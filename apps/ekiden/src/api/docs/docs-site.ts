import { Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { CONTENT_SECURITY_POLICY, PAGE_FILES, docsPage } from './docs-page.js';
import type { OpenApiDocument } from './openapi-document.js';

/** The pages under `/docs`, and the description in YAML. */
export interface DocsSite {
  get(path: string): Promise<DocsFile | undefined>;
}

export interface DocsFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

@Module({})
class DocsModule {}

/** Kept by browsers, which ask each time whether it is still the same. */
const CACHED = { 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' };

/**
 * Swagger UI over a description: a page of our own over its files, which Nest's module finds and
 * serves. That lives in an application of its own, which listens nowhere and is asked in memory:
 * routes cannot be added to a server that runs already, and loading it at start would cost every
 * start 150 ms.
 */
export async function openDocsSite(description: OpenApiDocument): Promise<DocsSite> {
  const quiet: Partial<NestApplicationOptions> = { logger: false, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(
    DocsModule,
    new FastifyAdapter(),
    quiet,
  );
  // a plain copy: what stands in it twice is not to become an anchor of YAML
  const copy = JSON.parse(JSON.stringify(description)) as OpenAPIObject;
  SwaggerModule.setup('docs', app, copy, { raw: ['yaml'], yamlDocumentUrl: 'openapi.yaml' });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    get: async (path) => {
      const own = ownFile(path);
      if (own !== undefined) return own;
      const { statusCode, rawPayload, headers } = await app.inject({ method: 'GET', url: path });
      if (statusCode !== 200) return undefined;
      const type = String(headers['content-type'] ?? 'application/octet-stream');
      return { body: rawPayload, headers: { ...CACHED, 'Content-Type': type } };
    },
  };
}

function ownFile(path: string): DocsFile | undefined {
  if (path === '/docs' || path === '/docs/') {
    const page = docsPage(path.endsWith('/') ? '' : 'docs/');
    const security = { 'Content-Security-Policy': CONTENT_SECURITY_POLICY };
    return file(page, 'text/html; charset=utf-8', security);
  }
  const name = path.replace(/^\/docs\//, '');
  const own = Object.hasOwn(PAGE_FILES, name) ? PAGE_FILES[name] : undefined;
  return own && file(own.text, own.type);
}

function file(
  text: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): DocsFile {
  return { body: Buffer.from(text), headers: { ...CACHED, ...headers, 'Content-Type': type } };
}
