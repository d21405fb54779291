import { z } from 'zod';
import { APP_DEFAULTS } from '../../core/app/index.js';
// loading the schemas is what registers them
import '../schemas/index.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Which defaults of the normaliser belong to which schema. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  App: APP_DEFAULTS.app,
  ExecutorResources: APP_DEFAULTS.executorResources,
  Artifact: APP_DEFAULTS.artifact,
  Network: APP_DEFAULTS.network,
  PortDefinition: APP_DEFAULTS.portDefinition,
  PortMapping: APP_DEFAULTS.portMapping,
  Container: APP_DEFAULTS.container,
  DockerContainer: APP_DEFAULTS.docker,
  PersistentVolume: APP_DEFAULTS.persistentVolume,
  Seccomp: APP_DEFAULTS.seccomp,
  HealthCheck: APP_DEFAULTS.healthCheck,
  Check: APP_DEFAULTS.check,
  HttpCheck: APP_DEFAULTS.httpCheck,
  ReadinessCheck: APP_DEFAULTS.readinessCheck,
};

/** Every named schema as JSON Schema, with the defaults that the normaliser fills in. */
export function schemaComponents(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [
      id,
      { ...schema, ...withDefaults(schema.properties ?? {}, DEFAULTS[id] ?? {}) },
    ]),
  );
}

function withDefaults(
  properties: Readonly<Record<string, z.core.JSONSchema._JSONSchema>>,
  defaults: Readonly<Record<string, unknown>>,
): Pick<JsonSchema, 'properties'> {
  const names = Object.keys(properties);
  if (names.length === 0) return {};
  const described = names.map((name) => [
    name,
    withDefault(properties[name] ?? {}, Object.hasOwn(defaults, name) ? defaults[name] : undefined),
  ]);
  return { properties: Object.fromEntries(described) as NonNullable<JsonSchema['properties']> };
}

function withDefault(
  property: z.core.JSONSchema._JSONSchema,
  fallback: unknown,
): z.core.JSONSchema._JSONSchema {
  if (typeof property === 'boolean' || fallback === undefined) return property;
  const sentence = `Default: \`${JSON.stringify(fallback)}\`.`;
  const { description } = property;
  return {
    ...property,
    description: description === undefined ? sentence : `${description} ${sentence}`,
    default: fallback as z.core.util.JSONType,
  };
}
