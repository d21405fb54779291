import { fixedHostPorts, isResident } from '../app/index.js';
import { minimumHealthy, replaces } from '../deployment/index.js';
import { NOTHING, finding, isOneByOne, isTwin, type Rule } from './view.js';

/** Rules about how instances take the place of others, and about the room for them. */

/** One instance, all of it promised, and it has to stop before the next one starts. */
export const gapInService: Rule = ({ plan }, change) => {
  const { id, after } = change;
  const inPlace = isResident(after) || isOneByOne(plan, id);
  const promised = after.upgradeStrategy.minimumHealthCapacity === 1;
  if (!inPlace || !promised || after.instances !== 1 || !replaces(change)) return NOTHING;
  const message = `'${id}' has one instance, which is stopped before the new one starts: nobody serves in between`;
  const remedy =
    'plan for the gap and say so with "minimumHealthCapacity": 0, or have more instances';
  const path = '/upgradeStrategy/minimumHealthCapacity';
  return [finding('gap-in-service', id, { path, message, remedy })];
};

/** Old and new want the same host port, no agent is without an old one, and none may be stopped. */
export const hostPortInTheWay: Rule = ({ plan, pool }, change) => {
  const { id, before, after } = change;
  if (pool === undefined || before === undefined || !replaces(change)) return NOTHING;
  if (isTwin(plan, id) || isOneByOne(plan, id) || isResident(after)) return NOTHING;
  const had = new Set(fixedHostPorts(before));
  const port = fixedHostPorts(after).find((each) => had.has(each));
  const { instances, upgradeStrategy } = after;
  const all = minimumHealthy(instances, upgradeStrategy) >= instances;
  if (port === undefined || !all || before.instances < pool.open) return NOTHING;
  const message = `'${id}' keeps host port ${port} and runs on every agent, so no new instance finds a place while all old ones are to be kept`;
  const remedy =
    'let some stop first with a lower "minimumHealthCapacity", or leave the host port to the service (0)';
  return [finding('host-port-in-the-way', id, { path: portPath(after), message, remedy })];
};

function portPath({ container, pod }: Parameters<typeof fixedHostPorts>[0]): string {
  if (pod !== undefined) return '/containers';
  return container?.portMappings === undefined ? '/portDefinitions' : '/container/portMappings';
}

/** UNIQUE and MAX_PER leave no place for all that are wanted, however empty the agents are. */
export const moreThanConstraintAllows: Rule = ({ pool }, { id, before, after }) => {
  if (pool === undefined || after.instances <= (before?.instances ?? 0)) return NOTHING;
  if (after.constraints.length === 0) return NOTHING;
  return after.constraints.flatMap(({ field, operator, value }, index) => {
    if (operator !== 'UNIQUE' && operator !== 'MAX_PER') return NOTHING;
    const each = operator === 'UNIQUE' ? 1 : Number(value);
    const known = pool.known.of(after, field).size;
    if (!Number.isInteger(each) || known === 0 || after.instances <= each * known) return NOTHING;
    const most = each * known;
    const places = known === 1 ? `one value of ${field}` : `${known} values of ${field}`;
    const message = `'${id}' wants ${after.instances} instances, and ${operator} allows ${most} on agents with ${places}`;
    const remedy = `have ${most} instances, or add agents with other values of ${field}`;
    const path = `/constraints(${index})`;
    return [finding('more-than-constraint-allows', id, { path, message, remedy })];
  });
};
