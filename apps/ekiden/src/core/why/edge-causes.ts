import { formatTimestamp } from '@ekiden/kernel';
import type { AppDefinition, DependencyCondition } from '../app/index.js';
import type { Deployment, EdgeWait, PlannedEdge } from '../deployment/index.js';
import { gateOfApp } from '../reconcile/index.js';
import type { Inquiry } from './inquiry.js';
import type { Cause } from './report.js';

/** What `progressOf` says of a dependency that is not up yet; absent = there is nothing to say. */
export type ProgressOf = (app: EdgeWait['on']) => string | undefined;

/** Dependencies that keep an app from its turn in a deployment: for what, and until when. */
export function edgeCauses(
  { state, now }: Inquiry,
  app: AppDefinition,
  { deployment, progressOf }: { readonly deployment: Deployment; readonly progressOf: ProgressOf },
): readonly Cause[] {
  const gate = gateOfApp(state, { deployment, app: app.id, now });
  if (gate.kind !== 'held') return [];
  return gate.waits.map((wait): Cause => {
    const edge = deployment.plan.edges?.[app.id]?.find(({ on }) => on === wait.on);
    const { since, until } = wait;
    const message = sentenceOf(wait, edge, progressOf(wait.on));
    return { kind: 'dependency', message, since, ...(until === undefined ? {} : { until }) };
  });
}

function sentenceOf(
  wait: EdgeWait,
  edge: PlannedEdge | undefined,
  progress: string = wait.on,
): string {
  const { on, why, until } = wait;
  const onFailure = edge?.rule?.onFailure ?? 'wait';
  const at = until === undefined ? '' : formatTimestamp(until);
  if (why === 'suspended') {
    return `it waits for ${on}, which is suspended (no instances wanted), until ${at} at most`;
  }
  const what = `it waits until ${progress} is ${CONDITIONS[edge?.rule?.condition ?? 'none']}`;
  if (why === 'late') return `${what}, which should have been by ${at}; it waits on`;
  if (until === undefined) return `${what}; its deadline begins with the turn of ${on}`;
  return `${what}, by ${at}, ${AFTERWARDS[onFailure]}`;
}

const CONDITIONS: Readonly<Record<DependencyCondition | 'none', string>> = {
  none: 'up',
  started: 'started',
  healthy: 'healthy',
  ready: 'ready',
};

const AFTERWARDS = {
  wait: 'and on after that',
  continue: 'and goes on without it then',
  fail: 'else the deployment is taken back',
} as const;
