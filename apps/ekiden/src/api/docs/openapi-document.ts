import { APP_OPERATIONS } from './app-operations.js';
import { describeOperation } from './describe-operation.js';
import { EVENT_OPERATIONS } from './event-operations.js';
import { GROUP_OPERATIONS } from './group-operations.js';
import { INTRODUCTION } from './introduction.js';
import { TAGS, type Operation } from './operation.js';
import type { JsonObject } from './parameters.js';
import { POD_OPERATIONS } from './pod-operations.js';
import { POOL_OPERATIONS } from './pool-operations.js';
import { UNKNOWN_TASK_OPERATIONS } from './unknown-task-operations.js';
import { schemaComponents, type JsonSchema } from './schema-components.js';
import { SERVICE_OPERATIONS } from './service-operations.js';
import { sharedComponents } from './shared-answers.js';
import { SYSTEM_OPERATIONS } from './system-operations.js';
import { VOLUME_OPERATIONS } from './volume-operations.js';

/** An OpenAPI 3.1 document, as far as we write one. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonObject & {
    readonly title: string;
    readonly version: string;
    readonly description: string;
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly security: readonly JsonObject[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: JsonObject & { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export const OPERATIONS: readonly Operation[] = [
  ...APP_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...POD_OPERATIONS,
  ...POOL_OPERATIONS,
  ...UNKNOWN_TASK_OPERATIONS,
  ...VOLUME_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...SERVICE_OPERATIONS,
  ...SYSTEM_OPERATIONS,
];

/** Describes every endpoint, with the schemas that requests are checked by. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of OPERATIONS) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describeOperation(operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Ekiden', version, description: INTRODUCTION },
    servers: [{ url: '/', description: 'This service' }],
    // with nothing, or with what the scheme says: the service knows whether it asks for it
    security: [{}, { basic: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemaComponents(),
      ...sharedComponents(paths),
      securitySchemes: {
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'Only where whoever runs the service asks for a name and a password.',
        },
      },
    },
  };
}
