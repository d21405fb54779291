import { formatTimestamp, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { digestOf, type Deployment, type DeploymentPlan } from '../deployment/index.js';
import type { Draft, Rejection } from '../turn/index.js';
import type { PlanParent } from '../wish/index.js';

/** Most that is named of what moved. */
const NAMED_MAX = 5;

/**
 * Why a plan cannot be applied any more: the tree it was computed from is not the present one
 * (DESIGN 7, compare and swap). Says what has changed since, and by which deployments.
 */
export function movedFrom(
  { deployments, rootVersion }: Pick<Draft, 'deployments' | 'rootVersion'>,
  parent: PlanParent | undefined,
): Rejection | undefined {
  if (parent === undefined || parent.version === rootVersion) return undefined;
  const since = [...deployments.values()]
    .filter(({ status, plan }) => status !== 'queued' && plan.version > parent.version)
    .sort((a, b) => b.plan.version - a.plan.version);
  const by = since.map(told).slice(0, NAMED_MAX);
  const more = since.length > NAMED_MAX ? [`${since.length - NAMED_MAX} more deployments`] : [];
  const what = by.length === 0 ? 'by what is not known any more' : [...by, ...more].join('; ');
  return {
    kind: 'moved',
    message:
      `The plan was made from version ${formatTimestamp(parent.version)}, and the definitions ` +
      `are at ${formatTimestamp(rootVersion)}. Changed since: ${what}. Plan it again.`,
    version: rootVersion,
    deployments: since.slice(0, NAMED_MAX).map(({ id }) => id),
  };
}

/** The same where the tree is as it was, and the change comes to another plan all the same. */
export function* anotherPlan(
  { rootVersion }: Pick<Draft, 'rootVersion'>,
  plan: DeploymentPlan,
  parent: PlanParent | undefined,
): Steps<Rejection | undefined> {
  if (parent?.digest === undefined) return undefined;
  if ((yield* digestOf(plan)) === parent.digest) return undefined;
  const message =
    'The definitions are those that the plan was made from, but what runs has changed since, and ' +
    'the change would come to another plan. Plan it again.';
  return { kind: 'moved', message, version: rootVersion, deployments: [] };
}

function told({ id, plan }: Deployment): string {
  const nodes: readonly PathId[] = [...plan.changes, ...plan.groupChanges].map((one) => one.id);
  if (nodes.length === 0) return `nothing by deployment ${id}`;
  const named = nodes.slice(0, NAMED_MAX).map((node) => `'${node}'`);
  const rest = nodes.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} by deployment ${id}`;
}
