import type { Violation } from '../violation.js';
import type { AppDefinition, AppVolume, PersistentVolume } from './app-definition.js';
import type { AppSettings } from './app-settings.js';
import { isOperator } from './constraint.js';
import { wholePattern } from './pattern.js';
import { MUST_NOT_BE_EMPTY, areUnique, expected, featureMissing, unless } from './phrases.js';
import { validateExternalVolumes } from './validate-external-volumes.js';
import { validateHostPaths } from './validate-host-paths.js';

/** Volumes of every kind (marathon-api 7.2). */
export function validateVolumes(app: AppDefinition, settings: AppSettings): readonly Violation[] {
  const volumes = app.container?.volumes ?? [];
  const at = '/container/volumes';
  const externalNames = volumes.map((volume) =>
    volume.kind === 'external' ? volume.external.name : undefined,
  );
  return [
    ...unless(areUnique(externalNames), at, 'Volume names must be unique'),
    ...volumes.flatMap((volume, index) => validateVolume(volume, `${at}(${index})`, app, settings)),
    ...validateExternalVolumes(app),
    ...validateHostPaths(app, settings),
  ];
}

function validateVolume(
  volume: AppVolume,
  at: string,
  app: AppDefinition,
  settings: AppSettings,
): readonly Violation[] {
  const path = unless(volume.containerPath !== '', `${at}/containerPath`, MUST_NOT_BE_EMPTY);
  switch (volume.kind) {
    case 'persistent':
      return [
        ...path,
        ...unless(
          !volume.containerPath.includes('/'),
          `${at}/containerPath`,
          'value must not contain "/"',
        ),
        ...unless(
          volume.containerPath !== '.' && volume.containerPath !== '..',
          `${at}/containerPath`,
          'can not be one of (.,..)',
        ),
        ...unless(volume.mode === 'RW', `${at}/mode`, expected(volume.mode, 'RW')),
        ...validatePersistent(volume.persistent, `${at}/persistent`),
      ];
    case 'external':
      return [
        ...path,
        ...unless(
          settings.features.has('external_volumes'),
          at,
          featureMissing('external_volumes'),
        ),
      ];
    case 'secret':
      return [
        ...path,
        ...unless(
          Object.hasOwn(app.secrets, volume.secret),
          at,
          'volume.secret must refer to an existing secret',
        ),
      ];
    case 'host':
      return [...path, ...unless(volume.hostPath !== '', `${at}/hostPath`, MUST_NOT_BE_EMPTY)];
  }
}

/** `at` is the place of the volume's `persistent`. */
export function validatePersistent(volume: PersistentVolume, at: string): readonly Violation[] {
  const { type, size, maxSize, constraints } = volume;
  return [
    ...unless(size > 0, `${at}/size`, expected(size, 'more than 0')),
    ...unless(
      type !== 'root' || constraints.length === 0,
      at,
      'Constraints on root volumes are not supported',
    ),
    ...unless(type === 'mount' || maxSize === undefined, at, 'Only mount volumes can have maxSize'),
    ...unless(maxSize === undefined || maxSize > size, at, 'Max size must be larger than size'),
    ...constraints.flatMap((constraint, index) =>
      validateDiskConstraint(constraint, `${at}/constraints(${index})`),
    ),
  ];
}

/** `["path", "LIKE" | "UNLIKE", regex]`: which disk of an agent may hold the volume. */
function validateDiskConstraint(constraint: readonly string[], at: string): readonly Violation[] {
  const [field, operator = '', value] = constraint;
  if (field !== 'path' || value === undefined || constraint.length > 3) {
    return [{ path: at, message: `Unsupported constraint ${constraint.join(',')}` }];
  }
  if (!isOperator(operator)) {
    return [{ path: at, message: `unknown constraint operator ${operator}` }];
  }
  return [
    ...unless(
      operator === 'LIKE' || operator === 'UNLIKE',
      at,
      'Operator must be one of LIKE, UNLIKE',
    ),
    ...unless(wholePattern(value) !== undefined, at, 'Invalid regular expression'),
  ];
}
