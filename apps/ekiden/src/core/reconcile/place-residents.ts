import {
  NO_RESOURCES,
  containsResources,
  quantitiesOf,
  type Ask,
  type Offer,
  type OfferOperation,
} from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import { launchDelayOf, type Instance, type InstanceReservation } from '../instance/index.js';
import { executorOf, shapeOf, type Launch } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import {
  freshClaim,
  newVolumeId,
  reservedFor,
  returningClaim,
  type Claim,
  type NewVolume,
  type Volume,
} from '../volume/index.js';

/** An instance that waits for its own agent, where its data is. */
export interface Returning {
  readonly app: AppDefinition;
  readonly instance: Instance;
  readonly reservation: InstanceReservation;
}

/** What an accept does for an instance before its launch, and what the launch uses. */
export interface ClaimedPlace {
  readonly claim: Claim;
  readonly reservation: InstanceReservation;
  readonly volumes: readonly Volume[];
}

/** Instances that may go back to their agent now, longest waiting first. */
export function returningOf({ draft, now, state }: TurnContext): readonly Returning[] {
  return draft.instances
    .by('returning', 'yes')
    .flatMap((instance): readonly Returning[] => {
      const { appId, reservation } = instance;
      const app = draft.definitionOf(instance);
      if (app === undefined || reservation === undefined) return [];
      if (state.memory.frozen.has(appId)) return [];
      const delay = launchDelayOf(draft, instance, app);
      if (delay !== undefined && delay.until > now) return [];
      return [{ app, instance, reservation }];
    })
    .sort(
      (a, b) => a.instance.since - b.instance.since || (a.instance.id < b.instance.id ? -1 : 1),
    );
}

/** Only its own agent will do, and there what is kept for it. */
export function askFor({ master }: TurnContext, { app, instance, reservation }: Returning): Ask {
  const row = master.agent(reservation.agentId);
  const own = reservedFor(row?.total ?? NO_RESOURCES, reservation.id);
  return {
    id: instance.id,
    role: reservation.role,
    shape: own.length === 0 ? shapeOf(app) : quantitiesOf(own),
    count: 1,
    constraints: {
      groups: [
        [
          {
            selector: { kind: 'HOSTNAME' },
            predicate: { kind: 'textEquals', value: row?.hostname ?? reservation.host },
          },
        ],
      ],
    },
  };
}

/** The claim of one that returns, on an offer of its agent; `undefined` = it has to wait. */
export function claimReturn(
  context: TurnContext,
  { app, instance, reservation }: Returning,
  offer: Offer,
): ClaimedPlace | undefined {
  if (offer.agentId !== reservation.agentId || offer.role !== reservation.role) return undefined;
  const { draft, master, state, chance } = context;
  // A task of an earlier owner that lives on still has some of it: one user at a time.
  const held = reservedFor(master.agent(offer.agentId)?.total ?? NO_RESOURCES, reservation.id);
  if (!containsResources(offer.resources, held)) return undefined;
  const volumes = draft.volumes.by('reservation', reservation.id);
  const claim = returningClaim({
    app,
    volumes,
    reservation,
    offered: offer.resources,
    framework: state.frameworkId,
    chance,
  });
  if (!claim.ok) return undefined;
  const owned = volumes.map((volume) => ({ ...volume, instanceId: instance.id }));
  for (const volume of owned) draft.volumes.put(volume.id, volume);
  return {
    claim: claim.value,
    reservation: {
      ...reservation,
      volumes: owned.map(({ id }) => id),
      hostPorts: storedPorts(claim.value),
    },
    volumes: owned,
  };
}

/** Reserves what matching took for a new instance, with rows for its new volumes. */
export function claimFresh(context: TurnContext, launch: Launch): ClaimedPlace {
  const { draft, now, ids, state } = context;
  const { app, instance, match, offer } = launch;
  const claimant = { role: offer.role, framework: state.frameworkId, reservation: instance.id };
  const made = (match.disks ?? []).flatMap(({ volume, disk }): readonly NewVolume[] => {
    if (disk.type !== 'SCALAR') return [];
    const source = disk.disk?.source;
    const row: Volume = {
      id: newVolumeId(app.id, volume.containerPath, ids, now),
      appId: app.id,
      instanceId: instance.id,
      reservationId: instance.id,
      agentId: offer.agentId,
      host: offer.hostname,
      role: offer.role,
      executor: executorOf(app),
      containerPath: volume.containerPath,
      size: disk.milli,
      ...(source === undefined ? {} : { disk: source }),
      createdAt: now,
    };
    draft.volumes.put(row.id, row);
    return [{ volume: row, disk }];
  });
  const claim = freshClaim(match.resources, made, match.hostPorts, claimant);
  return {
    claim,
    reservation: {
      id: instance.id,
      agentId: offer.agentId,
      host: offer.hostname,
      role: offer.role,
      volumes: made.map(({ volume }) => volume.id),
      hostPorts: storedPorts(claim),
    },
    volumes: made.map(({ volume }) => volume),
  };
}

/** RESERVE, CREATE: the way back is `tendVolumes`. */
export function operationsOf({ reserve, create }: Claim): readonly OfferOperation[] {
  return [
    ...(reserve.length === 0 ? [] : [{ kind: 'RESERVE', resources: reserve } as const]),
    ...(create.length === 0 ? [] : [{ kind: 'CREATE', volumes: create } as const]),
  ];
}

function storedPorts({ hostPorts }: Claim): readonly (number | null)[] {
  return hostPorts.map((port) => port ?? null);
}
