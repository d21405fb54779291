import type { AppDefinition } from '../app/index.js';
import {
  type AppChange,
  type DeploymentPlan,
  type Finding,
  type FindingRule,
} from '../deployment/index.js';
import type { DependencyGraph } from '../group/index.js';
import type { KnownValues } from '../matching/index.js';

/** What rules look at: the plan, the tree it leads to, and the agents where they are known. */
export interface AdviceView {
  readonly plan: DeploymentPlan;
  /** Of the target. */
  readonly graph: Pick<DependencyGraph, 'ruleOf'>;
  /** Of the target. */
  readonly appOf: (id: AppChange['id']) => AppDefinition | undefined;
  /** Another app of the target that is in the same deployment group: the first by id. */
  readonly partnerOf: (app: AppDefinition) => AppChange['id'] | undefined;
  /** Absent = nobody has looked at agents. */
  readonly pool?: AgentsSeen;
}

/** What rules see of the agents. */
export interface AgentsSeen {
  /** How many take tasks. */
  readonly open: number;
  /** Values of a field on those that an app could use. */
  readonly known: KnownValues;
}

/** A change of an app that is there afterwards, and has instances then. */
export interface Changed extends AppChange {
  readonly after: AppDefinition;
}

/** Nothing to be said: most rules say so of most apps, of which there may be ten thousand. */
export const NOTHING: readonly Finding[] = [];

/** A rule about one changed app; empty = nothing to be said. */
export type Rule = (view: AdviceView, change: Changed) => readonly Finding[];

export function finding(
  rule: FindingRule,
  id: Finding['id'],
  text: Pick<Finding, 'path' | 'message' | 'remedy'>,
): Finding {
  return { rule, severity: 'warning', id, ...text };
}

/** Whether it runs in two generations for a while. */
export function isTwin({ rollouts }: DeploymentPlan, id: AppChange['id']): boolean {
  return rollouts?.some(({ twins }) => twins.includes(id)) ?? false;
}

/** Whether its instances are replaced one by one, in their slots. */
export function isOneByOne({ inPlace }: DeploymentPlan, id: AppChange['id']): boolean {
  return (
    inPlace?.some(({ settings, apps }) => settings.strategy === 'serial' && apps.includes(id)) ??
    false
  );
}
