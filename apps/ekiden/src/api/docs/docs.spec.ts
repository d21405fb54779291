import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FakeService } from '../fake-service.spec.js';
import { app as appSchema, parseShape } from '../schemas/index.js';
import { HELLO_APP } from './examples.js';
import { OPERATIONS, openApiDocument } from './openapi-document.js';
import type { Shape, Success } from './operation.js';

const document = openApiDocument('0.1.0');

/** The schema a named component was made from. */
function schemaOf(id: string): z.ZodType {
  if (id === 'Timestamp') return z.iso.datetime();
  const found = z.globalRegistry._idmap.get(id);
  if (found === undefined) throw new Error(`no schema ${id}`);
  return found as z.ZodType;
}

function answersOf(success: Success): readonly Omit<Success, 'also'>[] {
  return success.also === undefined ? [success] : [success, success.also];
}

function schemaOfShape(shape: Shape): z.ZodType {
  if ('schema' in shape) return schemaOf(shape.schema);
  if ('listOf' in shape) return z.array(schemaOf(shape.listOf));
  if ('type' in shape) return z.string();
  if ('either' in shape) return z.union(shape.either.map(schemaOfShape));
  const keys = Object.entries(shape.keys).map(([key, inner]) => [key, schemaOfShape(inner)]);
  return z.object(Object.fromEntries(keys) as Record<string, z.ZodType>);
}

describe('the description of the API', () => {
  for (const { method, path, body, success } of OPERATIONS) {
    for (const [name, { value }] of Object.entries(body?.examples ?? {})) {
      it(`has a valid example "${name}" for ${method} ${path}`, () => {
        const schema = schemaOf(body?.schema ?? '');
        parseShape(body?.list === true ? z.array(schema) : schema, value);
      });
    }
    for (const { example, examples = {}, shape, status } of answersOf(success)) {
      const shown = Object.values(examples).map(({ value }) => value);
      for (const answer of example === undefined ? shown : [example, ...shown]) {
        it(`has a valid answer ${status} for ${method} ${path}`, () => {
          const read = schemaOfShape(shape ?? { type: 'string' }).safeParse(answer);
          expect(read.error?.issues ?? []).to.deep.equal([]);
        });
      }
    }
  }

  it('takes its example app from the examples folder', async () => {
    const file = new URL('../../../../../examples/hello.json', import.meta.url);
    const hello: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(hello).to.deep.equal(HELLO_APP);
    parseShape(appSchema, hello);
  });

  it('shows the defaults of the normaliser for complete apps only', () => {
    const { App, AppUpdate } = document.components.schemas;
    expect(App).to.have.nested.property('properties.instances.default', 1);
    expect(App).to.have.nested.property('properties.backoffFactor.default', 1.15);
    expect(AppUpdate).to.not.have.nested.property('properties.instances.default');
  });
});

describe('docs', () => {
  let server: NestFastifyApplication;

  before(async () => {
    server = await new FakeService().serve();
  });

  after(async () => {
    await server.close();
  });

  it('describe every route, and no other', () => {
    const fastify: FastifyInstance = server.getHttpAdapter().getInstance();
    const undocumented = 'docs|openapi\\.(?:json|yaml)|help|$';
    const routed = routesIn(fastify.printRoutes({ commonPrefix: false }))
      .filter((route) => !new RegExp(` /(?:${undocumented})`).test(route))
      .filter((route) => !/^(?:HEAD|OPTIONS) /.test(route));
    const described = OPERATIONS.map(
      ({ method, path }) => `${method.toUpperCase()} ${routedPath(path)}`,
    );
    expect(routed).to.have.members([...new Set(described)]);
  });

  it('are served as JSON and as pages', async () => {
    const description = await server.inject('/openapi.json');
    expect(description.json()).to.have.property('openapi', '3.1.0');
    for (const [url, type] of [
      ['/docs', 'text/html'],
      ['/docs/', 'text/html'],
      ['/docs/swagger-ui.css', 'text/css'],
      ['/docs/swagger-ui-bundle.js', 'javascript'],
      ['/docs/page.js', 'javascript'],
      ['/docs/page.css', 'text/css'],
      ['/docs/favicon.svg', 'image/svg'],
      ['/openapi.yaml', 'yaml'],
    ] as const) {
      const page = await server.inject(url);
      expect([url, page.statusCode]).to.deep.equal([url, 200]);
      expect(page.headers['content-type']).to.contain(type);
    }
    expect((await server.inject('/openapi.yaml')).payload).to.match(/^openapi: 3\.1\.0$/m);
    expect((await server.inject('/docs/nope')).json()).to.deep.equal({
      message: 'URI not found: /docs/nope',
    });
  });
});

/** As the router has it: parts of pods follow a slash, names of parameters are of no account. */
function routedPath(path: string): string {
  return path
    .replace(/\{\w+\}/g, '{}')
    .replace(/\/::(\w+)$/, '/{}/$1')
    .replace(/::(\w+)/, '/$1');
}

/** `GET /v2/apps/{}` for each route of a printed tree. */
function routesIn(tree: string): readonly string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^(?<indent>.*?)[├└]── (?<part>\S+?)(?: \((?<methods>[^)]+)\))?$/.exec(line);
    if (match?.groups === undefined) return [];
    const { indent = '', part = '', methods } = match.groups;
    const depth = indent.length / 4;
    parents.splice(depth, Infinity, part);
    const path = parents.join('').replace(/:\w+/g, '{}');
    return methods === undefined ? [] : methods.split(', ').map((method) => `${method} ${path}`);
  });
}
