import { fromMilli, type MasterState } from '@ekiden/offers';
import type { TableView } from '@ekiden/kernel';
import { isPutAway, type Instance, type InstanceId } from '../instance/index.js';
import type { Volume, VolumeId } from './volume.js';
import { mebibytes, useText } from './volume-use.js';

/**
 * How things stand with a volume: `inUse` by a task, `waiting` for its instance to come back,
 * `suspended` with it, `lost` while its agent cannot be reached, `detached` when no instance has it
 * any more, `deletionAsked` until that is confirmed, `wiping` until the host has deleted it.
 */
export type VolumeState =
  'inUse' | 'waiting' | 'suspended' | 'lost' | 'detached' | 'deletionAsked' | 'wiping';

/** A volume as people see it. */
export interface VolumeView {
  readonly volume: Volume;
  readonly state: VolumeState;
  /** MiB */
  readonly size: number;
  /** Present = it belongs to this instance now. */
  readonly owner?: Instance;
  /** MiB that the data takes, to one place; absent = not measured yet. */
  readonly used?: number;
  /** One sentence about what is awaited, or at risk. */
  readonly note?: string;
}

/** Rows that tell all about volumes; a `StateView` holds them. */
export interface VolumeSources {
  readonly volumes: TableView<VolumeId, Volume>;
  readonly instances: TableView<InstanceId, Instance>;
  readonly master: { readonly state: Pick<MasterState, 'agents'> };
}

/** All volumes by id. */
export function volumeViews(sources: VolumeSources): readonly VolumeView[] {
  return [...sources.volumes.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((volume) => viewOf(sources, volume));
}

export function volumeView(sources: VolumeSources, id: VolumeId): VolumeView | undefined {
  const volume = sources.volumes.get(id);
  return volume === undefined ? undefined : viewOf(sources, volume);
}

function viewOf({ instances, master }: VolumeSources, volume: Volume): VolumeView {
  const user = instances.get(volume.instanceId);
  const owner = user?.reservation?.id === volume.reservationId ? user : undefined;
  const agent = master.state.agents.get(volume.agentId);
  const away = agent?.reachable !== true;
  const state = stateOf(volume, owner, away);
  const note = noteOf(volume, state);
  return {
    volume,
    state,
    size: fromMilli(volume.size),
    ...(volume.use === undefined ? {} : { used: mebibytes(volume.use.bytes) }),
    ...(owner === undefined ? {} : { owner }),
    ...(note === undefined ? {} : { note }),
  };
}

function stateOf(volume: Volume, owner: Instance | undefined, away: boolean): VolumeState {
  if (volume.wipe !== undefined) return 'wiping';
  if (away) return 'lost';
  if (volume.deletion !== undefined) return 'deletionAsked';
  if (owner === undefined) return 'detached';
  if (isPutAway(owner)) return 'suspended';
  return owner.condition === 'Scheduled' ? 'waiting' : 'inUse';
}

function noteOf(volume: Volume, state: VolumeState): string | undefined {
  const { agentId, host, use, wipe } = volume;
  switch (state) {
    case 'lost':
      return (
        `agent ${agentId} on ${host} cannot be reached: its data is at risk. Bring the host back; ` +
        `if it is gone for good, declare so by DELETE /v2/agents/${agentId}, and its instance ` +
        'begins anew elsewhere without this data'
      );
    case 'wiping':
      if (wipe?.problem === undefined) return 'its host is deleting the data';
      return `its host could not delete the data and is asked again: ${wipe.problem}`;
    case 'deletionAsked':
      return 'ask for its deletion once more to confirm it';
    case 'detached':
      return 'a new instance of its app takes it up again; delete it when it is not needed';
    case 'inUse':
    case 'waiting':
    case 'suspended':
      return use?.overSince === undefined
        ? undefined
        : `it has outgrown its size: ${useText(volume)}`;
  }
}
