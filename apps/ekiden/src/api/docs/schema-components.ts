import { z } from 'zod';
import { APP_DEFAULTS } from '../../core/app/index.js';
import * as schemas from '../schemas/index.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const PREFIX = '#/components/schemas/';

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
  const named = z.registry<{ id?: string | undefined }>();
  for (const schema of roots()) named.add(schema, { id: schema.meta()?.id });
  const { schemas: made } = z.toJSONSchema(z.globalRegistry, {
    io: 'input',
    uri: (id) => PREFIX + id,
  });
  return Object.fromEntries(
    Object.entries(made).map(([id, schema]) => [id, withDefaults(id, bare(schema))]),
  );
}
