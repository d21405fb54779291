import type { Violation } from '../violation.js';
import type { AppDefinition, AppVolume, CsiVolume, DvdiVolume } from './app-definition.js';
import { MUST_NOT_BE_EMPTY, NOT_DEFINED, expected, mustMatch, unless } from './phrases.js';

type External = Extract<AppVolume, { kind: 'external' }>;

/**
 * Volumes that storage providers lend: their names and options, and how many instances may use
 * them (marathon-api 5.2, 7.2). Whether another app uses one of that name belongs to the tree.
 */
export function validateExternalVolumes(app: AppDefinition): readonly Violation[] {
  const externals = (app.container?.volumes ?? []).flatMap((volume, index) =>
    volume.kind === 'external' ? [{ volume, at: `/container/volumes(${index})` }] : [],
  );
  return [
    ...externals.flatMap(({ volume: { external }, at }) => [
      ...unless(external.name !== undefined, `${at}/external/name`, NOT_DEFINED),
      ...unless(external.name !== '', `${at}/external/name`, MUST_NOT_BE_EMPTY),
      ...(external.provider === 'dvdi' ? validateOptions(external, `${at}/external/options`) : []),
    ]),
    ...unless(
      app.instances <= 1 || ownedVolumes(app).length === 0,
      '/',
      `Number of instances is limited to 1 when declaring DVDI volumes in app [${app.id}]`,
    ),
    ...externals.flatMap(({ volume, at }) =>
      volume.external.provider === 'csi' ? validateCsi(app, volume, volume.external, at) : [],
    ),
  ];
}

const NONE: readonly never[] = [];

/** Volumes that only one instance of only one app may use, with their place in the definition. */
export function ownedVolumes({
  container,
}: AppDefinition): readonly { readonly name: string; readonly at: string }[] {
  if (container?.volumes === undefined) return NONE;
  return container.volumes.flatMap((volume, index) => {
    const dvdi = volume.kind === 'external' && volume.external.provider === 'dvdi';
    if (!dvdi || volume.external.shared) return [];
    return [{ name: volume.external.name ?? '', at: `/container/volumes(${index})` }];
  });
}

/** `namespace/option`, as the drivers of DVDI name theirs. */
const OPTION_TEXT =
  '^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?/[a-zA-Z0-9]([a-zA-Z0-9-_.]*[a-zA-Z0-9])?$';
const OPTION = new RegExp(OPTION_TEXT);
const DRIVER = 'dvdi/driver';

function validateOptions({ options = {} }: DvdiVolume, at: string): readonly Violation[] {
  return [
    ...unless(Object.hasOwn(options, DRIVER), at, `${DRIVER} ${NOT_DEFINED}`),
    ...Object.keys(options).flatMap((key, index) =>
      unless(OPTION.test(key), `${at}/keys(${index})`, mustMatch(OPTION_TEXT)),
    ),
  ];
}

function validateCsi(
  app: AppDefinition,
  volume: External,
  { options }: CsiVolume,
  at: string,
): readonly Violation[] {
  const { accessMode } = options.capability;
  const count = expected(app.instances, '1 or less');
  const isMountedReadOnly = volume.mode === 'RO';
  return [
    ...unless(
      !accessMode.startsWith('SINGLE_NODE') || app.instances <= 1,
      '/instances',
      `${count} while non-shareable CSI volumes are defined`,
    ),
    ...unless(
      accessMode !== 'MULTI_NODE_SINGLE_WRITER' || isMountedReadOnly || app.instances <= 1,
      '/instances',
      `${count} while writable single-writer CSI volumes are defined`,
    ),
    ...unless(
      !accessMode.endsWith('READER_ONLY') || isMountedReadOnly,
      at,
      'CSI volume must be mounted readonly with a read-only access mode',
    ),
  ];
}
