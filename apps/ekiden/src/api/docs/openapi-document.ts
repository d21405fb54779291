import { z } from 'zod';
import { APP_OPERATIONS } from './app-operations.js';
import { EVENT_OPERATIONS } from './event-operations.js';
import { GROUP_OPERATIONS } from './group-operations.js';
import { TAGS, type ErrorStatus, type Operation, type Shape } from './operation.js';
import { POOL_OPERATIONS } from './pool-operations.js';
import { schemaComponents, type JsonSchema } from './schema-components.js';
import { SERVICE_OPERATIONS } from './service-operations.js';

/** An OpenAPI 3.1 document, as far as we write one. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

type JsonObject = Readonly<Record<string, unknown>>;

export const OPERATIONS: readonly Operation[] = [
  ...APP_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...POOL_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...SERVICE_OPERATIONS,
];

const ABOUT =
  "Runs long-running services. Speaks Marathon's API. Ids may contain slashes: " +
  '`/v2/apps/shop/web` is the app `/shop/web`. Error answers are JSON with a `message`.';

/** What a path parameter is, wherever it stands. */
const PATH_PARAMETERS: Readonly<Record<string, JsonObject>> = {
  id: {
    description: 'Id; slashes inside it may be written as they are or as `%2F`.',
    example: 'hello',
  },
  agent: { description: 'Agent id.', example: 'agent-1' },
  role: {
    description: 'Role; a path below another role may be written as it is: `eng/web`.',
    example: 'eng',
  },
  task: {
    description: 'Task id.',
    example: 'hello.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
  },
  version: { description: 'ISO-8601 date-time.', example: '2021-03-04T05:06:07.080Z' },
};

const DEPLOYMENT_HEADER = {
  'Marathon-Deployment-Id': {
    description: 'Id of the deployment.',
    schema: { type: 'string', format: 'uuid' },
  },
};

/** Describes every endpoint, with the schemas that requests are checked by. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Ekiden', version, description: ABOUT },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { ...schemaComponents(), Timestamp: timestampSchema() } },
  };
}

function timestampSchema(): JsonSchema {
  return z.toJSONSchema(z.iso.datetime(), {
    override: ({ jsonSchema }) => delete jsonSchema.pattern,
  });
}

function describe(operation: Operation): JsonObject {
  const { summary, description, tag, body } = operation;
  return {
    operationId: operationId(operation),
    tags: [tag],
    summary,
    description,
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: { ...successes(operation), ...failures(operation) },
  };
}

function operationId({ method, path }: Operation): string {
  const words = path.replace(/^\/(?:v2\/)?/, '').split(/[^A-Za-z]+/);
  return [method, ...words.filter((word) => word !== '').map(capitalize)].join('');
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function pathParameters({ path }: Operation): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...PATH_PARAMETERS[name],
  }));
}

function queryParameters({ query = [] }: Operation): readonly JsonObject[] {
  return query.map(({ name, description, type, fallback, required = false, values, example }) => {
    const item = { type: 'string', ...(values === undefined ? {} : { enum: values }) };
    const kind = type === 'boolean' ? { type } : item;
    const suffix = fallback === undefined ? '' : ` Default: \`${fallback}\`.`;
    return {
      name,
      in: 'query',
      required,
      description: description + suffix,
      ...(type === 'strings' ? { style: 'form', explode: true } : {}),
      schema: {
        ...(type === 'strings' ? { type: 'array', items: item } : kind),
        ...(fallback === undefined ? {} : { default: fallback }),
      },
      ...(example === undefined ? {} : { example: type === 'strings' ? [example] : example }),
    };
  });
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

function successes({ success }: Operation): JsonObject {
  const { status, description, shape, deploys, example, also, mediaType } = success;
  const headers = deploys === true ? { headers: DEPLOYMENT_HEADER } : {};
  const media = {
    ...(shape && { schema: shapeSchema(shape) }),
    ...(example === undefined ? {} : { example }),
  };
  const type = mediaType ?? (shape && 'type' in shape ? 'text/plain' : 'application/json');
  const content = shape === undefined ? {} : { content: { [type]: media } };
  return {
    [status]: { description, ...headers, ...content },
    ...(also && {
      [also.status]: {
        description: also.description,
        ...(also.status === 201 && { ...headers, ...content }),
      },
    }),
  };
}

/** Any endpoint that needs the service's state may have to answer 503. */
function failures({ errors, path }: Operation): JsonObject {
  const always: Partial<Record<ErrorStatus, string>> = ['/ping', '/v2/info', '/v2/leader'].includes(
    path,
  )
    ? {}
    : { 503: 'Not ready, no leader, or too much to do; see `Retry-After` and try again.' };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    Object.entries({ ...errors, ...always }).map(([status, description]) => [
      status,
      { description, content },
    ]),
  );
}

function shapeSchema(shape: Shape): JsonObject {
  if ('schema' in shape) return { $ref: `#/components/schemas/${shape.schema}` };
  if ('listOf' in shape) return { type: 'array', items: shapeSchema({ schema: shape.listOf }) };
  if ('type' in shape) return shape;
  const properties = Object.entries(shape.keys).map(([key, inner]) => [key, shapeSchema(inner)]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonObject,
    required: Object.keys(shape.keys),
  };
}
