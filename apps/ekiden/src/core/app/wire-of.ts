import type { AppDefinition, AppVolume } from './app-definition.js';
import type { VolumeWire } from './app-wire.js';
import { constraintFields } from './constraint.js';
import type { ModernAppWire } from './modernize-app.js';

/**
 * A definition as the complete document that means the same: normalising it again gives an equal
 * definition. Version and version info are left out, being no part of what a user asks for.
 */
export function wireOf(app: AppDefinition): ModernAppWire {
  const { version: _version, versionInfo: _versionInfo, constraints, container, ...rest } = app;
  return {
    ...rest,
    constraints: constraints.map(constraintFields),
    ...(container
      ? { container: { ...container, volumes: container.volumes.map(volumeWire) } }
      : {}),
  };
}

function volumeWire(volume: AppVolume): VolumeWire {
  const { kind: _kind, ...fields } = volume;
  return fields;
}
