import type { Operation, QueryParameter } from './operation.js';
import { PLACEHOLDERS } from './placeholders.js';

export type JsonObject = Readonly<Record<string, unknown>>;

interface PathParameter {
  readonly description: string;
  readonly example: string;
  readonly format?: string;
}

/** What a path parameter is, wherever it stands. */
const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  id: {
    description: 'Id; slashes inside it may be written as they are or as `%2F`.',
    example: 'hello',
  },
  volume: {
    description: 'Volume id; its `#` is written as `%23`.',
    example: 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002',
  },
  agent: { description: 'Agent id.', example: PLACEHOLDERS.agent },
  role: {
    description: 'Role; a path below another role may be written as it is: `eng/web`.',
    example: 'eng',
  },
  task: { description: 'Task id.', example: PLACEHOLDERS.task },
  instance: { description: 'Instance id.', example: PLACEHOLDERS.podInstance },
  deployment: {
    description: 'Deployment id.',
    example: PLACEHOLDERS.deployment,
  },
  version: {
    description: 'Version: an ISO-8601 date-time with an offset.',
    example: PLACEHOLDERS.appVersion,
    format: 'date-time',
  },
  pluginId: { description: 'Plugin id.', example: 'none' },
  path: { description: 'Path within the plugin.', example: 'status' },
};

/** Every parameter of an operation, described: those of the path first. */
export function parametersOf(operation: Operation): readonly JsonObject[] {
  return [...pathParameters(operation), ...(operation.query ?? []).map(queryParameter)];
}

function pathParameters({ path, samples = {} }: Operation): readonly JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const { format, description, example } = PATH_PARAMETERS[name] ?? {};
    return {
      name,
      in: 'path',
      required: true,
      description,
      schema: { type: 'string', ...(format === undefined ? {} : { format }) },
      example: samples[name] ?? example,
    };
  });
}

function queryParameter(parameter: QueryParameter): JsonObject {
  const { name, description, type, fallback, required = false, example } = parameter;
  const shown = type === 'strings' ? [example] : example;
  return {
    name,
    in: 'query',
    required,
    description,
    ...(type === 'strings' ? { style: 'form', explode: true } : {}),
    schema: {
      ...querySchema(parameter),
      ...(fallback === undefined ? {} : { default: fallback }),
      // not `example`, which the pages would send
      ...(!required && example !== undefined ? { examples: [shown] } : {}),
    },
    ...(required && example !== undefined ? { example } : {}),
  };
}

function querySchema({ type, values, minimum, maximum }: QueryParameter): JsonObject {
  const text = { type: 'string', ...(values === undefined ? {} : { enum: values }) };
  switch (type) {
    case 'boolean':
      return { type };
    case 'integer':
      return {
        type,
        ...(minimum === undefined ? {} : { minimum }),
        ...(maximum === undefined ? {} : { maximum }),
      };
    case 'string':
      return text;
    case 'strings':
      return { type: 'array', items: text };
  }
}
