import { formatTimestamp, type Millis } from '@ekiden/kernel';
import type { AgentView, OfferView, RoleView } from '../../../core/pool/index.js';
import type { Shown, agent, agentDetails, offer, role } from '../../schemas/index.js';

export type ShownAgent = Shown<typeof agent>;

export function presentAgent(view: AgentView): ShownAgent {
  const { drain, moving, unavailability, since, id, hostname, attributes, domain, state } = view;
  return {
    id,
    hostname,
    attributes,
    ...(domain === undefined ? {} : { domain }),
    state,
    ...(since === undefined ? {} : { since: formatTimestamp(since) }),
    executors: view.executors,
    resources: view.resources,
    reservations: view.reservations,
    ...(unavailability === undefined ? {} : { unavailability: presentWindow(unavailability) }),
    ...(drain === undefined
      ? {}
      : {
          drain: {
            state: drain.state,
            since: formatTimestamp(drain.since),
            deadline: formatTimestamp(drain.deadline),
            markGone: drain.markGone === true,
            ...(drain.reason === undefined ? {} : { reason: drain.reason }),
          },
        }),
    ...(moving === undefined ? {} : { moving: presentMoving(moving) }),
    taskCount: view.taskCount,
  };
}

function presentMoving({ estimatedEnd, ...moving }: NonNullable<AgentView['moving']>) {
  return {
    ...moving,
    ...(estimatedEnd === undefined ? {} : { estimatedEnd: formatTimestamp(estimatedEnd) }),
  };
}

export function presentAgentDetails(view: AgentView): Shown<typeof agentDetails> {
  const tasks = [...view.tasks()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ launchedAt, ...task }) => ({ ...task, launchedAt: formatTimestamp(launchedAt) }));
  return { ...presentAgent(view), tasks };
}

export function presentOffer(view: OfferView): Shown<typeof offer> {
  const { createdAt, leaseEnd, unavailability, wantedBack, framework, ...rest } = view;
  const { id, frameworkId, role: offered, agentId, hostname, resources } = rest;
  return {
    id,
    frameworkId,
    ...(framework === undefined ? {} : { framework }),
    role: offered,
    agentId,
    hostname,
    resources,
    ...(unavailability === undefined ? {} : { unavailability: presentWindow(unavailability) }),
    createdAt: formatTimestamp(createdAt),
    ...(leaseEnd === undefined ? {} : { leaseEnd: formatTimestamp(leaseEnd) }),
    ...(wantedBack === undefined ? {} : { wantedBack }),
  };
}

export function presentRole(view: RoleView): Shown<typeof role> {
  const { consumed, reserved, allocated, share } = view;
  return {
    role: view.role,
    weight: view.weight,
    quota: view.quota ?? null,
    consumed,
    reserved,
    allocated,
    share,
    frameworks: view.frameworks.map(({ id, name, share: own, active }) => ({
      id,
      ...(name === undefined ? {} : { name }),
      share: own,
      active,
    })),
  };
}

function presentWindow({ start, duration }: NonNullable<AgentView['unavailability']>): {
  readonly start: string;
  readonly durationSeconds?: number;
} {
  return { start: formatTimestamp(start), ...secondsOf(duration) };
}

function secondsOf(duration: Millis | undefined): { readonly durationSeconds?: number } {
  return duration === undefined ? {} : { durationSeconds: duration / 1000 };
}
