import { fromMilli } from '@ekiden/offers';
import { mebibytes, type Volume, type VolumeUse } from '../volume/index.js';

/** Data has outgrown its volume, or fits again; a type of our own, for those who name it. */
export interface VolumeEvent {
  readonly type: 'volume_use_changed_event';
  readonly volumeId: string;
  readonly appId: string;
  readonly host: string;
  readonly slaveId: string;
  readonly state: 'over' | 'within';
  /** MiB */
  readonly used: number;
  readonly size: number;
}

export function volumeUseChanged(
  { id, appId, host, agentId, size }: Volume,
  { bytes, overSince }: VolumeUse,
): VolumeEvent {
  return {
    type: 'volume_use_changed_event',
    volumeId: id,
    appId,
    host,
    slaveId: agentId,
    state: overSince === undefined ? 'within' : 'over',
    used: mebibytes(bytes),
    size: fromMilli(size),
  };
}
