import type { Violation } from '../violation.js';
import type { AppDefinition, ResourceLimits } from './app-definition.js';
import type { AppContext } from './app-settings.js';
import { validateRules } from './dependency-rule.js';
import { doubleText, unless } from './phrases.js';
import { PORT_FIELDS, judgeBy, type Rule } from './rule.js';
import { isUri } from './uri.js';
import { validateChecks } from './validate-checks.js';
import { CONTAINER_RULES } from './validate-container.js';
import { validateId, validateReferences } from './validate-id.js';
import { validateModel } from './validate-model.js';
import { validateNetworking } from './validate-networks.js';
import { validateRole } from './validate-role.js';
import { validateSecrets } from './validate-secrets.js';
import { UPGRADE_RULES } from './validate-upgrade.js';
import { validateVolumes } from './validate-volumes.js';

/**
 * Every rule about one app by itself, in canonical form (marathon-api 7.2, 7.3, 7.5): all that the
 * first failing stage finds, empty when the app is sound. Rules between apps (cycles, ids of
 * others, changes of resident apps) belong to the group.
 */
export function validateApp(app: AppDefinition, ctx: AppContext): readonly Violation[] {
  const violations = validateCanonical(app, ctx);
  return violations.length > 0 ? violations : validateModel(app, ctx.broken);
}

/** Stage 2. */
const RULES: readonly Rule<AppDefinition, AppContext>[] = [
  { reads: ['id'], judge: ({ id }) => validateId(id) },
  {
    reads: ['dependencies'],
    judge: ({ dependencies }) => validateReferences(dependencies, '/dependencies'),
  },
  { reads: ['dependencies', 'dependencyRules'], judge: validateRules },
  ...CONTAINER_RULES,
  { reads: PORT_FIELDS, judge: validateNetworking },
  { reads: ['healthChecks', 'readinessChecks', ...PORT_FIELDS], judge: validateChecks },
  { reads: ['fetch', 'uris'], judge: validateFetch },
  {
    reads: ['resourceLimits', 'cpus', 'mem'],
    judge: (app) => validateLimits(app, app.resourceLimits, '/resourceLimits'),
  },
  { reads: ['secrets', 'env'], judge: (app, { settings }) => validateSecrets(app, settings) },
  { reads: ['id', 'role', 'acceptedResourceRoles', 'container'], judge: validateRole },
  { reads: ['labels'], judge: ({ labels }) => validateMigrationLabels(labels) },
  ...UPGRADE_RULES,
  {
    reads: ['container', 'secrets', 'instances'],
    judge: (app, { settings }) => validateVolumes(app, settings),
  },
];

/** Stage 2 alone, as far as the shape of the document allows. */
export function validateCanonical(app: AppDefinition, ctx: AppContext): readonly Violation[] {
  return judgeBy(RULES, app, ctx, ctx.broken);
}

function validateFetch({ fetch }: AppDefinition): readonly Violation[] {
  return fetch.flatMap(({ uri }, at) =>
    unless(isUri(uri), `/fetch(${at})/uri`, 'URI has invalid syntax.'),
  );
}

/** Limits at this place of the document are not below what is asked for. */
export function validateLimits(
  requested: Pick<AppDefinition, 'cpus' | 'mem'>,
  limits: ResourceLimits | undefined,
  at: string,
): readonly Violation[] {
  if (limits === undefined) return [];
  return (['cpus', 'mem'] as const).flatMap((resource) => {
    const limit = limits[resource] ?? 'unlimited';
    return unless(
      limit === 'unlimited' || limit >= requested[resource],
      `${at}/${resource}`,
      `resource limit must be greater than or equal to requested resource (${doubleText(requested[resource])})`,
    );
  });
}

const MIGRATION_VERSION = 'DCOS_MIGRATION_API_VERSION';

/** Three labels by which DC/OS packages announced a migration: all of them or none. */
function validateMigrationLabels(labels: AppDefinition['labels']): readonly Violation[] {
  const version = labels[MIGRATION_VERSION];
  if (version === undefined) return [];
  const complete =
    labels['DCOS_PACKAGE_FRAMEWORK_NAME'] !== undefined &&
    labels['DCOS_MIGRATION_API_PATH'] !== undefined;
  return [
    ...unless(
      complete,
      '/',
      'DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION',
    ),
    ...unless(version === 'v1', `/labels/${MIGRATION_VERSION}`, `got ${version}, expected v1`),
  ];
}
