import { z } from 'zod';
import { APP_DEFAULTS } from '../../core/app/index.js';
import { POD_DEFAULTS } from '../../core/pod/index.js';
// loading the schemas is what registers them
import { DRAIN_DEFAULTS } from '../schemas/index.js';

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
  Rollout: APP_DEFAULTS.rollout,
  RolloutBlueGreen: APP_DEFAULTS.rolloutBlueGreen,
  RolloutCanary: APP_DEFAULTS.rolloutCanary,
  RolloutAbortOn: APP_DEFAULTS.rolloutAbortOn,
  RolloutSerial: APP_DEFAULTS.rolloutSerial,
  RolloutHook: APP_DEFAULTS.rolloutHook,
  RolloutHookCall: APP_DEFAULTS.rolloutHookCall,
  AgentDrain: DRAIN_DEFAULTS,
  Pod: POD_DEFAULTS.pod,
  PodScaling: POD_DEFAULTS.scaling,
  PodScheduling: POD_DEFAULTS.scheduling,
  PodBackoff: POD_DEFAULTS.backoff,
  PodUpgrade: POD_DEFAULTS.upgrade,
  PodPlacement: POD_DEFAULTS.placement,
  PodContainer: POD_DEFAULTS.container,
  PodResources: POD_DEFAULTS.resources,
  PodEndpoint: POD_DEFAULTS.endpoint,
  PodImage: POD_DEFAULTS.image,
  PodHttpProbe: POD_DEFAULTS.httpProbe,
  PodCheck: POD_DEFAULTS.check,
  PodHealthCheck: POD_DEFAULTS.healthCheck,
  PodVolumeMount: POD_DEFAULTS.mount,
};

/** Every named schema as JSON Schema, with the defaults that the normaliser fills in. */
export function schemaComponents(): Readonly<Record<string, JsonSchema>> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => tidy(jsonSchema),
  });
  const named: [string, JsonSchema][] = Object.entries(schemas).map(
    ([id, { $id: _id, $schema: _dialect, ...schema }]) => [
      id,
      { ...schema, ...withDefaults(schema.properties ?? {}, DEFAULTS[id] ?? {}) },
    ],
  );
  return { ...Object.fromEntries(named), Timestamp: TIMESTAMP };
}

const TIMESTAMP: JsonSchema = {
  type: 'string',
  format: 'date-time',
  description: 'ISO-8601, UTC, three digits of a second.',
  examples: ['2021-03-04T05:06:07.080Z'],
};

const INT32_MAX = 2 ** 31 - 1;

/**
 * Takes out what zod says of JavaScript rather than of the wire: bounds of safe integers, that keys
 * are strings; and says 32 bits in one word.
 */
function tidy(schema: JsonSchema): void {
  const { minimum, maximum } = schema;
  if (schema.type === 'integer') {
    if (maximum === INT32_MAX) schema.format = 'int32';
    if (maximum === INT32_MAX || maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
    if (minimum === -INT32_MAX - 1 || minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  }
  const names = schema.propertyNames;
  if (typeof names === 'object' && Object.keys(names).join() === 'type') {
    delete schema.propertyNames;
  }
}

function withDefaults(
  properties: NonNullable<JsonSchema['properties']>,
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
  return { ...property, default: fallback as z.core.util.JSONType };
}
