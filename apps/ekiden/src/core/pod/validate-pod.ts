import {
  MUST_NOT_BE_EMPTY,
  areUnique,
  featureMissing,
  inFractions,
  isResident,
  judgeBy,
  mustBeZero,
  mustMatch,
  parseConstraint,
  unless,
  validateId,
  validateLinuxInfo,
  validateNetworks,
  validatePersistent,
  validateReferencesTo,
  validateRole,
  validateSources,
  validateUnreachable,
  type AppContext,
  type AppDefinition,
  type AppSettings,
  type BrokenFields,
  type LinuxInfo,
  type PodDefinition,
  type PodVolume,
  type Rule,
} from '../app/index.js';
import type { Violation } from '../violation.js';
import { fieldsOf } from './normalize-pod.js';
import type { PodWire } from './pod-wire.js';
import { validateContainer, validateContainerLimits } from './validate-container.js';
import { validateEndpoints } from './validate-endpoints.js';

/** The rules about values that the canonical form has no room for. */
export function validateWire(wire: PodWire, broken?: BrokenFields): readonly Violation[] {
  return judgeBy(WIRE_RULES, wire, undefined, broken);
}

const WIRE_RULES: readonly Rule<PodWire, undefined, keyof PodWire>[] = [
  {
    reads: ['id'],
    judge: ({ id }) => unless(id.startsWith('/'), '/id', 'Path needs to be absolute'),
  },
  {
    reads: ['scheduling'],
    judge: ({ scheduling }) =>
      (scheduling?.placement?.constraints ?? []).flatMap((constraint, at) => {
        const parsed = parseConstraint(fieldsOf(constraint));
        const path = `/scheduling/placement/constraints(${at})`;
        return parsed.ok ? [] : [{ path, message: parsed.error }];
      }),
  },
  { reads: ['containers'], judge: ({ containers }) => containers.flatMap(validateContainerLimits) },
];

/**
 * Every rule about one pod by itself, in canonical form (marathon-api 7.5, 7.6), as far as the shape
 * of the document allows; all violations.
 */
export function validatePod(spec: PodDefinition, ctx: AppContext): readonly Violation[] {
  return judgeBy(RULES, spec, ctx, ctx.broken);
}

const RULES: readonly Rule<PodDefinition, AppContext, keyof PodWire>[] = [
  { reads: ['id'], judge: ({ id }) => validateId(id) },
  { reads: ['user'], judge: ({ user }) => unless(user !== '', '/user', MUST_NOT_BE_EMPTY) },
  { reads: ['secrets'], judge: ({ secrets }, { settings }) => validateSources(secrets, settings) },
  {
    reads: ['environment', 'secrets'],
    judge: (spec, { settings }) =>
      validateEnvironment(spec.env, spec, { at: '/environment', settings }),
  },
  { reads: ['containers'], judge: ({ pod }) => validateNames(pod.containers) },
  {
    reads: ['containers', 'secrets', 'legacySharedCgroups'],
    judge: (spec, { settings }) =>
      spec.pod.containers.flatMap((container, index) => {
        const at = `/containers(${index})`;
        const place = { at: `${at}/environment`, settings };
        return [
          ...validateEnvironment(container.environment, spec, place),
          ...validateContainer(container, { spec, at, settings }),
        ];
      }),
  },
  { reads: ['networks'], judge: ({ networks }) => validateNetworks(networks) },
  { reads: ['networks', 'containers'], judge: validateEndpoints },
  { reads: ['volumes', 'containers', 'secrets'], judge: validateVolumes },
  { reads: ['scheduling', 'volumes'], judge: validateScheduling },
  { reads: ['id', 'role', 'scheduling', 'volumes'], judge: validateRole },
  {
    reads: ['containers'],
    judge: ({ gpus }, { settings }) =>
      unless(
        gpus === 0 || settings.features.has('gpu_resources'),
        '/',
        featureMissing('gpu_resources'),
      ),
  },
  { reads: ['linuxInfo'], judge: ({ pod }) => validateLinuxInfoOfPod(pod.linuxInfo ?? {}) },
];

function validateNames(containers: PodDefinition['pod']['containers']): readonly Violation[] {
  const names = containers.map(({ name }) => name);
  return [
    ...unless(names.length > 0, '/containers', MUST_NOT_BE_EMPTY),
    ...unless(areUnique(names), '/containers', 'container names must be unique'),
  ];
}

function validateLinuxInfoOfPod({ seccomp, ipcInfo }: LinuxInfo): readonly Violation[] {
  return [
    ...unless(
      seccomp === undefined,
      '/linuxInfo/seccomp',
      'Seccomp configuration on executor level is not supported',
    ),
    ...validateLinuxInfo(ipcInfo === undefined ? {} : { ipcInfo }, '/linuxInfo'),
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
