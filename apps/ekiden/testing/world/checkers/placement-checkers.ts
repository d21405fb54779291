import { attributeText, type AgentRow } from '@ekiden/offers';
import type { AppDefinition, Constraint } from '../../../src/core/app/index.js';
import type { Condition, Instance } from '../../../src/core/instance/index.js';
import type { TurnChecker, TurnSight } from '../sight.js';

const OVER: ReadonlySet<Condition> = new Set<Condition>([
  'Finished',
  'Failed',
  'Killed',
  'Error',
  'Gone',
  'Dropped',
]);

/** Nothing is placed where a constraint of its app is broken by it. */
export const constraintsHold: TurnChecker = {
  rule: 'constraints-hold',
  check: (sight) =>
    placed(sight).flatMap((instance) => {
      const app = sight.turn.draft.definitionOf(instance);
      if (app === undefined) return [];
      return app.constraints.flatMap((constraint) => {
        const fault = faultOf(sight, app, constraint, instance);
        const text = [constraint.field, constraint.operator, constraint.value ?? ''].join(' ');
        return fault === undefined ? [] : [`${instance.id} breaks ${text}: ${fault}`];
      });
    }),
};

function placed({ turn: { draft } }: TurnSight): Instance[] {
  return draft.instances.changes().flatMap(([id, after]) => {
    if (after?.condition !== 'Provisioned') return [];
    return after.task?.id === draft.instances.before(id)?.task?.id ? [] : [after];
  });
}

function faultOf(
  sight: TurnSight,
  app: AppDefinition,
  { field, operator, value = '' }: Constraint,
  instance: Instance,
): string | undefined {
  const here = valueOf(sight, instance, field);
  if (here === undefined) {
    return operator === 'UNLIKE' || operator === 'SPREAD' ? undefined : 'there is no such thing';
  }
  const { draft } = sight.turn;
  const siblings = [...draft.instances.by('app', app.id), ...draft.instances.by('beside', app.id)]
    .filter((each) => each.task !== undefined && !OVER.has(each.condition))
    .filter((each) => each.configVersion === instance.configVersion);
  const sameHere = siblings.filter((each) => valueOf(sight, each, field) === here);
  switch (operator) {
    case 'UNIQUE':
      return sameHere.length > 1 ? `${sameHere.length} on ${here}` : undefined;
    case 'MAX_PER':
      return sameHere.length > Number(value) ? `${sameHere.length} on ${here}` : undefined;
    case 'CLUSTER':
    case 'IS':
      return value === '' || value === here ? undefined : `it is on ${here}`;
    case 'GROUP_BY': {
      if (value === '') return undefined;
      const stay = sameHere.filter((each) => stays(sight, each)).length;
      // Versions of one configuration may want different numbers: each is placed by its own.
      const wanted = siblings.map((each) => draft.definitionOf(each)?.instances ?? 0);
      const most = Math.ceil(Math.max(1, app.instances, ...wanted) / Number(value));
      return stay > most ? `${stay} on ${here}, at most ${most} fit` : undefined;
    }
    case 'LIKE':
    case 'UNLIKE':
    case 'SPREAD':
      return undefined;
  }
}

function stays({ turn: { draft } }: TurnSight, { condition, goal, task }: Instance): boolean {
  if (goal !== 'Running' || condition === 'UnreachableInactive') return false;
  return condition !== 'Unknown' && task !== undefined && !draft.leaving.has(task.agentId);
}

function valueOf({ turn }: TurnSight, { task }: Instance, field: string): string | undefined {
  const agent = task === undefined ? undefined : turn.context.master.agent(task.agentId);
  return agent === undefined ? undefined : textOf(agent, field);
}

function textOf(agent: AgentRow, field: string): string | undefined {
  if (field === 'hostname') return agent.hostname;
  const attribute = agent.attributes.find(({ name }) => name === field);
  return attribute === undefined ? undefined : attributeText(attribute);
}
