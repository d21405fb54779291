import {
  MUST_NOT_BE_EMPTY,
  areUnique,
  featureMissing,
  inFractions,
  isResident,
  mustBeZero,
  mustMatch,
  parseConstraint,
  unless,
  validateId,
  validateNetworks,
  validatePersistent,
  validateReferencesTo,
  validateRole,
  validateSources,
  validateUnreachable,
  type AppContext,
  type AppDefinition,
  type AppSettings,
  type PodDefinition,
  type PodVolume,
} from '../app/index.js';
import type { Violation } from '../violation.js';
import { fieldsOf } from './normalize-pod.js';
import type { PodWire } from './pod-wire.js';
import { validateContainer, validateContainerLimits } from './validate-container.js';
import { validateEndpoints } from './validate-endpoints.js';

/** The rules about values that the canonical form has no room for. */
export function validateWire(wire: PodWire): readonly Violation[] {
  const constraints = wire.scheduling?.placement?.constraints ?? [];
  return [
    ...unless(wire.id.startsWith('/'), '/id', 'Path needs to be absolute'),
    ...constraints.flatMap((constraint, at) => {
      const parsed = parseConstraint(fieldsOf(constraint));
      const path = `/scheduling/placement/constraints(${at})`;
      return parsed.ok ? [] : [{ path, message: parsed.error }];
    }),
    ...wire.containers.flatMap(validateContainerLimits),
  ];
}

/** Every rule about one pod by itself, in canonical form (marathon-api 7.5, 7.6); all violations. */
export function validatePod(spec: PodDefinition, ctx: AppContext): readonly Violation[] {
  const { settings } = ctx;
  const { containers, linuxInfo } = spec.pod;
  return [
    ...validateId(spec.id),
    ...unless(spec.user !== '', '/user', MUST_NOT_BE_EMPTY),
    ...validateSources(spec.secrets, settings),
    ...validateEnvironment(spec.env, spec, { at: '/environment', settings }),
    ...unless(containers.length > 0, '/containers', MUST_NOT_BE_EMPTY),
    ...unless(
      areUnique(containers.map(({ name }) => name)),
      '/containers',
      'container names must be unique',
    ),
    ...containers.flatMap((container, at) => {
      const path = `/containers(${at})`;
      return [
        ...validateEnvironment(container.environment, spec, {
          at: `${path}/environment`,
          settings,
        }),
        ...validateContainer(container, { spec, at: path, settings }),
      ];
    }),
    ...validateNetworks(spec.networks),
    ...validateEndpoints(spec),
    ...validateVolumes(spec),
    ...validateScheduling(spec),
    ...validateRole(spec, ctx),
    ...unless(
      spec.gpus === 0 || settings.features.has('gpu_resources'),
      '/',
      featureMissing('gpu_resources'),
    ),
    ...unless(
      linuxInfo?.seccomp === undefined,
      '/linuxInfo/seccomp',
      'Seccomp configuration on executor level is not supported',
    ),
    ...unless(
      linuxInfo?.ipcInfo?.mode !== 'SHARE_PARENT' || linuxInfo.ipcInfo.shmSize === undefined,
      '/linuxInfo/ipcInfo',
      'ipcInfo shmSize can NOT be set when mode is SHARE_PARENT',
    ),
  ];
}

const VARIABLE = /^[a-zA-Z_][a-zA-Z0-9_]{0,253}$/;
/** As Marathon spells it (marathon-api 5.14). */
const VARIABLE_TEXT = '^[a-zA-Z_][a-zA-Z0-9_]{0,253}?$';

function validateEnvironment(
  env: AppDefinition['env'],
  { secrets }: PodDefinition,
  place: { readonly at: string; readonly settings: AppSettings },
): readonly Violation[] {
  return [
    ...Object.keys(env).flatMap((key, index) =>
      unless(VARIABLE.test(key), `${place.at}/keys(${index})`, mustMatch(VARIABLE_TEXT)),
    ),
    ...validateReferencesTo(secrets, env, place),
  ];
}

function validateVolumes(spec: PodDefinition): readonly Violation[] {
  const { volumes, containers } = spec.pod;
  const names = volumes.map(({ name }) => name);
  const mounted = new Set(containers.flatMap((one) => one.volumeMounts.map(({ name }) => name)));
  return [
    ...unless(areUnique(names), '/volumes', 'volume names must be unique'),
    ...volumes.flatMap((volume, at) => [
      ...unless(
        mounted.has(volume.name),
        `/volumes(${at})`,
        'volume must be referenced by at least one container',
      ),
      ...validateVolume(volume, `/volumes(${at})`, spec),
    ]),
    ...containers.flatMap(({ volumeMounts }, container) =>
      volumeMounts.flatMap(({ name }, mount) =>
        unless(
          names.includes(name),
          `/containers(${container})/volumeMounts(${mount})/name`,
          'Referenced Volume in VolumeMount should exist',
        ),
      ),
    ),
  ];
}

function validateVolume(
  volume: PodVolume,
  at: string,
  { secrets }: PodDefinition,
): readonly Violation[] {
  switch (volume.kind) {
    case 'persistent':
      return validatePersistent(volume.persistent, `${at}/persistent`);
    case 'secret':
      return unless(
        Object.hasOwn(secrets, volume.secret),
        at,
        'volume.secret must refer to an existing secret',
      );
    case 'host':
      return unless(volume.host !== '', `${at}/host`, MUST_NOT_BE_EMPTY);
    case 'ephemeral':
      return [];
  }
}

function validateScheduling(spec: PodDefinition): readonly Violation[] {
  const { minimumHealthCapacity, maximumOverCapacity } = spec.upgradeStrategy;
  const at = '/scheduling/upgrade';
  const resident = isResident(spec);
  return [
    ...inFractions(minimumHealthCapacity, `${at}/minimumHealthCapacity`),
    // Marathon leaves `scheduling` out of the path of this one rule (marathon-api 7.6).
    ...(resident
      ? mustBeZero(maximumOverCapacity, '/upgrade/maximumOverCapacity')
      : inFractions(maximumOverCapacity, `${at}/maximumOverCapacity`)),
    ...unless(
      !resident || spec.unreachableStrategy === 'disabled',
      '/',
      'unreachableStrategy must be disabled for pods with persistent volumes',
    ),
    ...validateUnreachable(spec.unreachableStrategy, '/scheduling/unreachableStrategy'),
  ];
}
