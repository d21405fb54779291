import { assertNever, type AgentId } from '@ekiden/kernel';
import { usesHostNetwork, type AppDefinition, type Constraint } from '../app/index.js';
import { showConstraint, type Host } from '../matching/index.js';

export type ScalarName = 'cpus' | 'mem' | 'disk' | 'gpus';

/** One edit of a definition that lets an instance fit where it does not. */
export type Edit =
  | {
      readonly kind: 'resource';
      readonly name: ScalarName;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'removeConstraint'; readonly constraint: Constraint }
  /** The port is left to the service. */
  | { readonly kind: 'anyHostPort'; readonly port: number }
  | { readonly kind: 'anyResourceRole' };

/** Something that would let one more instance run; each was tried before it is told. */
export type Change =
  /** Of the definition; fits on this agent then. */
  | {
      readonly kind: 'definition';
      readonly edits: readonly Edit[];
      readonly agentId: AgentId;
      readonly hostname: string;
    }
  /** The agent has room, but takes no new tasks. */
  | {
      readonly kind: 'activateAgent';
      readonly agentId: AgentId;
      readonly hostname: string;
      readonly state: string;
    }
  /** Another agent with at least so much free, and these attributes. */
  | { readonly kind: 'addAgent'; readonly host: NewHost }
  /** What is placed is enough. */
  | { readonly kind: 'scale'; readonly from: number; readonly to: number };

/** An agent that is not there. */
export interface NewHost {
  readonly free: Readonly<Record<ScalarName, number>>;
  /** `undefined` = any value that no other agent has. */
  readonly attributes: readonly (readonly [name: string, value: string | undefined])[];
}

/** The definition with an edit made. */
export function edited(app: AppDefinition, edit: Edit): AppDefinition {
  switch (edit.kind) {
    case 'resource':
      return { ...app, [edit.name]: edit.to };
    case 'removeConstraint':
      return { ...app, constraints: app.constraints.filter((c) => c !== edit.constraint) };
    case 'anyHostPort':
      return withAnyPort(app, edit.port);
    case 'anyResourceRole': {
      const { acceptedResourceRoles: _roles, ...rest } = app;
      return rest;
    }
    default:
      return assertNever(edit);
  }
}

/** `cpus 1.5 instead of 2`. */
export function editText(edit: Edit): string {
  switch (edit.kind) {
    case 'resource':
      return `${edit.name} ${edit.to} instead of ${edit.from}`;
    case 'removeConstraint':
      return `without the constraint ${showConstraint(edit.constraint)}`;
    case 'anyHostPort':
      return `any host port instead of ${edit.port}`;
    case 'anyResourceRole':
      return 'without acceptedResourceRoles';
    default:
      return assertNever(edit);
  }
}

/** The change for people; every one completes "it would fit with ...". */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'definition': {
      const edits = change.edits.map(editText).join(' and ');
      return `${edits} (fits on ${change.hostname})`;
    }
    case 'activateAgent':
      return `${change.hostname} active again (it has room, but is ${change.state})`;
    case 'addAgent':
      return newHostText(change.host);
    case 'scale':
      return `instances ${change.to} instead of ${change.from} (what is placed is enough)`;
    default:
      return assertNever(change);
  }
}

/** How far a change is from what was asked for; the smallest is told first. */
export function costOf(change: Change): number {
  switch (change.kind) {
    case 'activateAgent':
      return 5;
    case 'definition':
      return change.edits.reduce((sum, edit) => sum + costOfEdit(edit), 0);
    case 'addAgent':
      return 40;
    case 'scale':
      return 50;
    default:
      return assertNever(change);
  }
}

function costOfEdit(edit: Edit): number {
  switch (edit.kind) {
    case 'resource':
      return 1 + 10 * (1 - edit.to / edit.from);
    case 'anyHostPort':
      return 4;
    case 'anyResourceRole':
      return 8;
    case 'removeConstraint':
      return 12;
    default:
      return assertNever(edit);
  }
}

function newHostText({ free, attributes }: NewHost): string {
  const { cpus, mem, disk, gpus } = free;
  const amounts = [
    `${cpus} cpus`,
    `${mem} MiB of memory`,
    ...(disk > 0 ? [`${disk} MiB of disk`] : []),
    ...(gpus > 0 ? [`${gpus} gpus`] : []),
  ];
  const told = attributes.map(([name, value]) =>
    value === undefined ? `another ${name}` : `${name} ${value}`,
  );
  const where = told.length === 0 ? '' : ` and ${told.join(', ')}`;
  return `one more agent with ${amounts.join(', ')} free${where}`;
}

function withAnyPort(app: AppDefinition, port: number): AppDefinition {
  // With `requirePorts` all ports are fixed: there is no leaving out a single one.
  if (usesHostNetwork(app.networks)) return { ...app, requirePorts: false };
  const { container } = app;
  if (container?.portMappings === undefined) return app;
  const portMappings = container.portMappings.map((mapping) =>
    mapping.hostPort === port ? { ...mapping, hostPort: 0 } : mapping,
  );
  return { ...app, container: { ...container, portMappings } };
}

/** Whether an agent has not been given up and could be let in again by an operator. */
export function reopened({ row }: Host): string | undefined {
  if (!row.registered || !row.reachable) return undefined;
  if (row.drain !== undefined) return row.drain.state === 'DRAINED' ? 'drained' : 'draining';
  return row.activated ? undefined : 'deactivated';
}
