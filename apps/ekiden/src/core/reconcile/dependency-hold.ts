import type { Millis } from '@ekiden/kernel';
import type { DependencyCondition, PathId } from '../app/index.js';
import {
  gateOf,
  goesWhenAsked,
  type Deployment,
  type Gate,
  type PlannedEdge,
} from '../deployment/index.js';
import { isHealthy, isHealthyAndReady } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { isAt, runViewOf, type CommittedView, type RunView } from './action-done.js';
import type { EarliestWake } from './earliest-wake.js';

/** Whether an app is left as it is because its deployment has not come to it, or is paused. */
export function isHeld(
  context: TurnContext,
  of: { readonly deployment: Deployment; readonly app: PathId },
  wake: EarliestWake,
): boolean {
  if (of.deployment.paused !== undefined) return true;
  const gate = wakeWithGate(context, of, wake);
  // They are let go in one place, so that all of them go in one order.
  return gate.kind !== 'open' || goesWhenAsked(of.deployment, of.app);
}

/** The same look at what an app waits for; it is looked at again when that is over. */
export function wakeWithGate(
  { draft, now }: TurnContext,
  of: { readonly deployment: Deployment; readonly app: PathId },
  wake: EarliestWake,
): Gate {
  const gate = gateIn(draft, { ...of, now });
  for (const { until, ends } of gate.kind === 'held' ? gate.waits : []) {
    if (until !== undefined && ends) wake.by(until);
  }
  return gate;
}

/** Whether an app of a deployment has its turn by now, and what it waits for if not. */
export function gateIn(
  view: RunView,
  {
    deployment,
    app,
    now,
  }: { readonly deployment: Deployment; readonly app: PathId; readonly now: Millis },
): Gate {
  return gateOf(deployment, app, {
    now,
    isMet: (edge) => isMet(view, edge),
    isSuspended: (on) => view.apps.get(on)?.instances === 0,
  });
}

/** The same of what is committed, as readers have it. */
export function gateOfApp(
  view: CommittedView,
  of: { readonly deployment: Deployment; readonly app: PathId; readonly now: Millis },
): Gate {
  return gateIn(runViewOf(view), of);
}

function isMet(view: RunView, { on, rule }: PlannedEdge): boolean {
  const condition = rule?.condition;
  return condition === undefined ? isAt(view, on, 'Scale') : isUp(view, on, condition);
}

/** Whether all instances that are wanted of an app are there, and are what is asked for. */
export function isUp(view: RunView, on: PathId, condition: DependencyCondition): boolean {
  const app = view.apps.get(on);
  if (app === undefined) return true;
  const config = app.versionInfo.lastConfigChangeAt;
  const there = view.instances.by('app', on).filter((each) => {
    if (each.goal !== 'Running' || each.configVersion !== config) return false;
    if (condition === 'started') return each.condition === 'Running';
    const definition = view.definitionOf(each);
    return condition === 'healthy'
      ? isHealthy(each, definition)
      : isHealthyAndReady(each, definition);
  });
  return there.length >= app.instances;
}
