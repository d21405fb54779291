import type { Operation, Shape, Success } from './operation.js';
import { QUEUED, UNCHANGED } from './later-answers.js';
import { parametersOf, type JsonObject } from './parameters.js';
import { errorAnswers, headerReferences, type HeaderName } from './shared-answers.js';

/** An operation as OpenAPI has it. */
export function describeOperation(operation: Operation): JsonObject {
  const { summary, description, tag, body } = operation;
  return {
    operationId: operationId(operation),
    tags: [tag],
    summary,
    description,
    parameters: parametersOf(operation),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: { ...successes(operation), ...errorAnswers(operation) },
  };
}

function operationId({ method, path }: Operation): string {
  const words = path.replace(/^\/(?:v2\/)?/, '').split(/[^A-Za-z]+/);
  return [method, ...words.filter((word) => word !== '').map(capitalize)].join('');
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function describeBody({
  schema,
  list = false,
  examples,
}: NonNullable<Operation['body']>): JsonObject {
  const shape = list ? { listOf: schema } : { schema };
  return {
    required: true,
    content: { 'application/json': { schema: shapeSchema(shape), examples } },
  };
}

function successes({ method, success, query = [] }: Operation): JsonObject {
  const { also, ...usual } = success;
  const takes = (name: string): boolean => query.some((one) => one.name === name);
  const answers = [
    ...(takes('parent') ? [UNCHANGED] : []),
    ...(takes('queue') ? [QUEUED] : []),
    usual,
    ...(also === undefined ? [] : [also]),
  ];
  return Object.assign(
    {},
    ...answers.map((answer) => successAnswers(method, answer)),
  ) as JsonObject;
}

function successAnswers(method: Operation['method'], success: Success): JsonObject {
  const { status, description, shape, example, examples, mediaType } = success;
  const media = {
    ...(shape && { schema: shapeSchema(shape) }),
    ...(example === undefined ? {} : { example }),
    ...(examples === undefined ? {} : { examples }),
  };
  const type = mediaType ?? (shape && 'type' in shape ? 'text/plain' : 'application/json');
  const content = shape === undefined ? {} : { content: { [type]: media } };
  const cached = method === 'get' && type === 'application/json';
  return {
    [status]: { description, ...headersOf(success, cached), ...content },
    ...(cached && { 304: { description: 'As `If-None-Match` has it; without a body.' } }),
  };
}

function headersOf({ deploys, status }: Success, cached: boolean): JsonObject {
  const names: readonly HeaderName[] = [
    ...(deploys === true ? (['Marathon-Deployment-Id'] as const) : []),
    ...(status === 201 ? (['Location'] as const) : []),
    ...(cached ? (['ETag'] as const) : []),
    'X-Marathon-Leader',
  ];
  return { headers: headerReferences(names) };
}

function shapeSchema(shape: Shape): JsonObject {
  if ('schema' in shape) return { $ref: `#/components/schemas/${shape.schema}` };
  if ('listOf' in shape) return { type: 'array', items: shapeSchema({ schema: shape.listOf }) };
  if ('either' in shape) return { anyOf: shape.either.map(shapeSchema) };
  if ('type' in shape) return shape;
  const properties = Object.entries(shape.keys).map(([key, inner]) => [key, shapeSchema(inner)]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonObject,
    required: Object.keys(shape.keys),
  };
}
