import { err, ok, type AgentId, type Result } from '@ekiden/kernel';
import { z } from 'zod';

import type { AllocatorEvent } from '../src/allocator/index.js';
import {
  addResources,
  applyConversions,
  containsResources,
  createVolumes,
  destroyVolumes,
  formatQuantities,
  formatResource,
  formatResources,
  growVolume,
  isShared,
  NO_RESOURCES,
  quantitiesOf,
  resourcesOf,
  shrinkVolume,
  toMilli,
  volumeIds,
  type Conversion,
  type ConversionRefusal,
  type ConversionsOrViolation,
  type Resource,
  type Resources,
} from '../src/resources/index.js';
import { agentId, frameworkId, resources, role } from './fields.js';
import type { Holder } from './ledger.js';
import { operation, refused } from './operation.js';
import type { Operation, Outcome } from './operation.js';
import { reserveIn, unreserveIn } from './reserve-in.js';
import type { World } from './world.js';

const kinds = [
  'RESERVE',
  'UNRESERVE',
  'CREATE',
  'DESTROY',
  'GROW_VOLUME',
  'SHRINK_VOLUME',
  'CONVERT',
] as const;

const fields = z.strictObject({
  /** Absent: an operator does it to what is free. */
  framework: frameworkId.exactOptional(),
  agent: agentId,
  role: role.exactOptional(),
  operation: z.enum(kinds, { error: `expected one of ${kinds.join(', ')}` }),
  resources: resources.exactOptional(),
  /** Of GROW_VOLUME. */
  addition: resources.exactOptional(),
  /** Of SHRINK_VOLUME, in MB. */
  subtract: z.number().positive().exactOptional(),
  /** Of CONVERT. */
  conversions: z
    .array(z.strictObject({ consumed: resources, converted: resources }))
    .exactOptional(),
});

type Fields = z.output<typeof fields>;

/** RESERVE and the like on what is offered to a framework, to which it stays offered, or on what
 * is free. */
const operate = operation(fields, (world, line) => {
  const { agent, framework, role: under } = line;
  if (!world.agents.has(agent)) return refused(`no agent ${agent}`, '/agent');
  if (framework === undefined) {
    const free = world.look((turn) => turn.agent(agent)?.available) ?? NO_RESOURCES;
    return convert(world, line, free, undefined);
  }
  const holder = holderOf(world, line);
  if (holder === undefined) {
    const rule =
      under === undefined ? 'expected the role of its offer' : 'nothing is offered there';
    return refused(rule, '/role');
  }
  const { ledger } = world;
  const bag = ledger.offered(holder);
  return convert(
    world,
    line,
    world.verbatim ? addResources(bag, ledger.inUse(holder)) : bag,
    holder,
  );
});

export const convertOperations: Readonly<Record<string, Operation>> = { operate };

function convert(world: World, line: Fields, bag: Resources, holder: Holder | undefined): Outcome {
  const read = conversionsOf(line, bag);
  if (!read.ok) return refused(read.error, '/resources');
  const after = applyConversions(bag, read.value);
  if (!after.ok) return refused(sentence(after.error), '/resources');
  // What was offered before its agent shrank is still with the framework, and not there any more.
  const ofAgent = applyConversions(totalOf(world, line.agent), read.value);
  if (!ofAgent.ok) return refused(sentence(ofAgent.error), '/resources');
  const rule = takenId(world, line, bag) ?? heldElsewhere(world, line, read.value, holder);
  if (rule !== undefined) return refused(rule, '/resources');
  const conversions = read.value;
  const event: AllocatorEvent =
    holder === undefined
      ? { kind: 'agentConverted', agentId: line.agent, conversions }
      : { kind: 'converted', ...holder, conversions };
  return ok(
    world.turn({
      reduce: [event],
      record: () => {
        const agent = world.agents.get(line.agent);
        const total = world.look((turn) => turn.agent(line.agent)?.total);
        if (agent !== undefined && total !== undefined) {
          world.agents.set(line.agent, { ...agent, facts: { ...agent.facts, total } });
        }
        if (holder === undefined) return;
        world.ledger.replaceOffers(holder, after.value);
        if (world.verbatim) world.ledger.setUsed(holder, NO_RESOURCES);
      },
    }),
  );
}

/** The role may be left out while the framework has offers there under one role only. */
function holderOf(world: World, line: Fields): Holder | undefined {
  const { framework, agent, role: under } = line;
  if (framework === undefined) return undefined;
  const which = { frameworkId: framework, agentId: agent };
  const { ledger } = world;
  const held = [...ledger.offers(which), ...(world.verbatim ? ledger.used(which) : [])];
  const roles = new Set(held.map((each) => each.role));
  const [only] = roles.size === 1 ? roles : [];
  const chosen = under ?? only;
  return chosen !== undefined && roles.has(chosen) ? { ...which, role: chosen } : undefined;
}

function conversionsOf(line: Fields, bag: Resources): Result<readonly Conversion[], string> {
  const { operation: kind, resources: given, role: under } = line;
  if (kind === 'CONVERT') return verbatim(line.conversions ?? []);
  if (given === undefined) return err('expected the resources of the operation');
  switch (kind) {
    case 'RESERVE':
      return told(reserveIn(given, under));
    case 'UNRESERVE':
      return told(unreserveIn(given, bag));
    case 'CREATE':
      return told(createVolumes(given));
    case 'DESTROY':
      return told(destroyVolumes(given));
    case 'GROW_VOLUME':
      return resize(given, line.addition, (volume, addition) => growVolume(volume, addition));
    case 'SHRINK_VOLUME': {
      const amount = line.subtract;
      if (amount === undefined) return err('expected subtract, how many MB to give up');
      return resize(given, given, (volume) => shrinkVolume(volume, toMilli(amount)));
    }
  }
}

/** Nothing comes from nothing: quantities stay, or the consumed part goes for good. */
function verbatim(conversions: readonly Conversion[]): Result<readonly Conversion[], string> {
  const wrong = conversions.find(
    ({ consumed, converted }) =>
      converted.length > 0 &&
      formatQuantities(quantitiesOf(consumed)) !== formatQuantities(quantitiesOf(converted)),
  );
  if (wrong === undefined) return ok(conversions);
  const { consumed, converted } = wrong;
  return err(`${formatResources(consumed)} cannot become ${formatResources(converted)}`);
}

function resize(
  volumes: Resources,
  additions: Resources | undefined,
  act: (volume: Resource, addition: Resource) => ConversionsOrViolation,
): Result<readonly Conversion[], string> {
  const [volume] = volumes;
  const [addition] = additions ?? [];
  if (volume === undefined || volumes.length > 1) return err('expected one volume');
  if (addition === undefined || additions?.length !== 1) return err('expected one addition');
  return told(act(volume, addition));
}

function told(outcome: ConversionsOrViolation): Result<readonly Conversion[], string> {
  if (outcome.ok) return outcome;
  const { object, rule } = outcome.error;
  return err(object === undefined ? rule : `${formatResource(object)}: ${rule}`);
}

function sentence(refusal: ConversionRefusal): string {
  switch (refusal.kind) {
    case 'notContained':
      return `${formatResources(refusal.missing)} is not there`;
    case 'copiesLeft':
      return `${formatResources(refusal.copies)} is in use`;
  }
}

/** The id of a new volume is new on its agent and in its role. */
function takenId(world: World, line: Fields, bag: Resources): string | undefined {
  const known = new Set([...volumeIds(totalOf(world, line.agent)), ...volumeIds(bag)].map(key));
  if (line.operation !== 'CREATE') return undefined;
  const taken = volumeIds(line.resources ?? NO_RESOURCES).find((each) => known.has(key(each)));
  return taken === undefined ? undefined : `volume ${taken.id} exists already`;
}

function totalOf(world: World, agent: AgentId): Resources {
  return world.agents.get(agent)?.facts.total ?? NO_RESOURCES;
}

function key(volume: { readonly role: string; readonly id: string }): string {
  return `${volume.role} ${volume.id}`;
}

/** A shared volume may be in several hands; it goes only when nobody else has it. */
function heldElsewhere(
  world: World,
  line: Fields,
  conversions: readonly Conversion[],
  holder: Holder | undefined,
): string | undefined {
  if (line.operation !== 'DESTROY') return undefined;
  const volumes = conversions.flatMap((each) => each.consumed.filter(isShared));
  const others = othersOn(world, line.agent, holder);
  const held = volumes.find((each) =>
    others.some((bag) => containsResources(bag, resourcesOf([{ ...each, shared: 1 }]))),
  );
  return held === undefined ? undefined : `${formatResource(held)} is in use`;
}

function othersOn(world: World, agent: AgentId, holder: Holder | undefined): readonly Resources[] {
  const offers = world.ledger
    .offers({ agentId: agent })
    .filter((each) => each.frameworkId !== holder?.frameworkId || each.role !== holder.role);
  return [...offers, ...world.ledger.used({ agentId: agent })].map((each) => each.resources);
}
