import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { OPERATIONS, openApiDocument } from './openapi-document.js';
import { TAGS } from './operation.js';

type Json = Readonly<Record<string, unknown>>;

const document = openApiDocument('0.1.0');

/** Every object in the document, with the way to it. */
function* objectsIn(value: unknown, at = '#'): Generator<readonly [at: string, value: Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Json];
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${key}`);
}

/** Every operation, with its name in messages. */
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, operation]) => [`${method} ${path}`, operation, path] as const,
  ),
);

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 to an independent validator', async () => {
    const copy = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
    const { valid, errors } = await new Validator().validate(copy);
    expect(errors ?? []).to.deep.equal([]);
    expect(valid).to.equal(true);
  });

  it('has references that lead somewhere, and no component that nothing refers to', () => {
    const used = new Set<string>();
    for (const [, { $ref }] of objectsIn(document)) if (isText($ref)) used.add(String($ref));
    const kinds = ['schemas', 'responses', 'headers', 'examples'];
    const defined = kinds.flatMap((kind) =>
      Object.keys(document.components[kind] as Json).map((name) => `#/components/${kind}/${name}`),
    );
    expect([...used].sort()).to.deep.equal(defined.sort());
  });

  it('gives every operation a name of its own, a tag that is described, and words', () => {
    const ids = operations.map(([, operation]) => operation['operationId']);
    expect(new Set(ids).size).to.equal(OPERATIONS.length);
    for (const [name, operation] of operations) {
      expect(isText(operation['summary']), name).to.equal(true);
      expect(isText(operation['description']), name).to.equal(true);
      for (const tag of operation['tags'] as string[]) expect(TAGS, name).to.have.property(tag);
    }
  });

  it('describes every parameter, those of the path with an example', () => {
    for (const [name, operation, path] of operations) {
      const parameters = operation['parameters'] as Json[];
      const inPath = parameters.filter((one) => one['in'] === 'path');
      expect(path.match(/\{\w+\}/g) ?? [], name).to.deep.equal(
        inPath.map((one) => `{${String(one['name'])}}`),
      );
      for (const parameter of parameters) {
        const what = `${name}: ${String(parameter['name'])}`;
        expect(isText(parameter['description']), what).to.equal(true);
        expect(parameter['schema'], what).to.be.an('object').and.not.deep.equal({});
      }
      for (const parameter of inPath) {
        const what = `${name}: ${String(parameter['name'])}`;
        expect(isText(parameter['example']), what).to.equal(true);
      }
    }
  });

  it('shows an example of every body that is sent or answered', () => {
    for (const [name, operation] of operations) {
      const responses = Object.entries(operation['responses'] as Record<string, Json>);
      const bodies = [['request', operation['requestBody'] ?? {}] as const, ...responses];
      for (const [which, { content = {} }] of bodies as [string, Json][]) {
        for (const media of Object.values(content as Record<string, Json>)) {
          const shown = 'example' in media || Object.keys(media['examples'] ?? {}).length > 0;
          expect(shown, `${name}: ${which}`).to.equal(true);
        }
      }
    }
  });

  it('says what can go wrong: with a body, with the service, with the answer', () => {
    for (const [name, operation, path] of operations) {
      const statuses = Object.keys(operation['responses'] as Json).map(Number);
      if ('requestBody' in operation) expect(statuses, name).to.include.members([400, 413, 415]);
      if ('requestBody' in operation) expect(statuses, name).to.include(422);
      if (path.startsWith('/v2/')) {
        expect(
          statuses.some((status) => status >= 400),
          name,
        ).to.equal(true);
      }
    }
  });

  it('says that parameters are refused where they say nothing known, or contradict each other', () => {
    const checked = new Set(['generation', 'parent', 'queue', 'strategy', 'status']);
    for (const [name, operation] of operations) {
      const parameters = (operation['parameters'] as Json[]).map((one) => String(one['name']));
      if (!parameters.some((one) => checked.has(one))) continue;
      expect(Object.keys(operation['responses'] as Json), name).to.include('422');
    }
  });

  it('names the same parameters for kills of all tasks, of one, and of several', () => {
    const kills = ['delete /v2/apps/{id}/tasks', 'delete /v2/apps/{id}/tasks/{task}'];
    for (const kill of [...kills, 'post /v2/tasks/delete']) {
      const operation = operations.find(([name]) => name === kill)?.[1];
      const parameters = (operation?.['parameters'] as Json[]).map((one) => one['name']);
      expect(parameters, kill).to.include.members(['scale', 'wipe', 'force', 'queue', 'dryRun']);
    }
  });

  it('describes every schema and every field, and names the branches of each choice', () => {
    const { schemas } = document.components;
    const silent: string[] = [];
    for (const [at, schema] of objectsIn(schemas, '')) {
      const { $ref, properties = {}, anyOf = [] } = schema;
      if (/^\/\w+$/.test(at) && !isText(schema['description'])) silent.push(at);
      for (const [name, field] of Object.entries(properties as Record<string, Json>)) {
        const target = schemas[String(field['$ref']).replace(/^.*\//, '')];
        if (!isText(field['description'] ?? target?.description)) silent.push(`${at}.${name}`);
      }
      for (const branch of anyOf as Json[]) {
        const named = 'title' in branch || '$ref' in branch || branch['type'] === 'null';
        if (!named && (anyOf as Json[]).every(({ type }) => type !== 'null')) {
          silent.push(`${at} anyOf`);
        }
      }
      if ($ref === '') silent.push(at);
    }
    expect(silent).to.deep.equal([]);
  });

  it('shows nothing of how the schemas are made', () => {
    for (const [at, { maximum, minimum, propertyNames }] of objectsIn(document.components)) {
      for (const bound of [maximum, minimum]) {
        if (typeof bound === 'number') expect(Math.abs(bound), at).to.be.lessThan(2 ** 31);
      }
      expect(propertyNames, at).to.not.deep.equal({ type: 'string' });
    }
  });
});
