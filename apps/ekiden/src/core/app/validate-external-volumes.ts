import type { Violation } from '../violation.js';
import type { AppDefinition, AppVolume } from './app-definition.js';
import { expected, unless } from './phrases.js';

type External = Extract<AppVolume, { kind: 'external' }>;

/** How many instances may use a volume that a storage provider lends (marathon-api 5.2, 7.2). */
export function validateExternalVolumes(app: AppDefinition): readonly Violation[] {
  const externals = (app.container?.volumes ?? []).flatMap((volume, index) =>
    volume.kind === 'external' ? [{ volume, at: `/container/volumes(${index})` }] : [],
  );
  return [
    ...validateDvdi(
      app,
      externals.map(({ volume }) => volume).filter((volume) => !isCsi(volume)),
    ),
    ...externals
      .filter(({ volume }) => isCsi(volume))
      .flatMap(({ volume, at }) => validateCsi(app, volume, at)),
  ];
}

function validateDvdi(app: AppDefinition, volumes: readonly External[]): readonly Violation[] {
  const owned = volumes.some((volume) => volume.external['shared'] !== true);
  return unless(
    !owned || app.instances <= 1,
    '/',
    `Number of instances is limited to 1 when declaring DVDI volumes in app [${app.id}]`,
  );
}

function validateCsi(app: AppDefinition, volume: External, at: string): readonly Violation[] {
  const mode = accessMode(volume);
  const count = expected(app.instances, '1 or less');
  const isMountedReadOnly = volume.mode === 'RO';
  return [
    ...unless(
      !mode.startsWith('SINGLE_NODE') || app.instances <= 1,
      '/instances',
      `${count} while non-shareable CSI volumes are defined`,
    ),
    ...unless(
      mode !== 'MULTI_NODE_SINGLE_WRITER' || isMountedReadOnly || app.instances <= 1,
      '/instances',
      `${count} while writable single-writer CSI volumes are defined`,
    ),
    ...unless(
      !mode.endsWith('READER_ONLY') || isMountedReadOnly,
      at,
      'CSI volume must be mounted readonly with a read-only access mode',
    ),
  ];
}

function isCsi(volume: External): boolean {
  return volume.external['provider'] === 'csi';
}

/** Empty where the document says nothing readable. */
function accessMode(volume: External): string {
  const capability = field(volume.external['options'], 'capability');
  const mode = field(capability, 'accessMode');
  return typeof mode === 'string' ? mode : '';
}

function field(document: unknown, name: string): unknown {
  if (typeof document !== 'object' || document === null) return undefined;
  return Object.hasOwn(document, name)
    ? (document as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
