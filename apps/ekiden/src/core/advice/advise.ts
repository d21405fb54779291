import { eachInSteps, type Steps } from '@ekiden/kernel';
import { ROOT_ID } from '../app/index.js';
import type { AppChange, Finding, Forecast } from '../deployment/index.js';
import { deploymentGroup } from './one-service.js';
import { gapInService, hostPortInTheWay, moreThanConstraintAllows } from './replacing.js';
import { finding, type AdviceView, type Changed, type Rule } from './view.js';
import {
  conditionWithoutCheck,
  deadlineWithinGrace,
  dependencyInCircle,
  dependencySuspended,
  rolloutWithoutChecks,
} from './waiting.js';

/** In the order in which they are told of one app. */
const RULES: readonly Rule[] = [
  gapInService,
  hostPortInTheWay,
  moreThanConstraintAllows,
  dependencySuspended,
  dependencyInCircle,
  conditionWithoutCheck,
  deadlineWithinGrace,
  rolloutWithoutChecks,
  deploymentGroup,
];

/** Findings that a plan keeps; it may change ten thousand apps. */
const FINDINGS_MAX = 50;

/** What a plan is likely not meant to do, each thing with what to do about it. */
export function* advise(view: AdviceView): Steps<readonly Finding[]> {
  const found = new Map<string, Finding>();
  yield* eachInSteps(view.plan.changes, (change) => {
    if (!isChanged(change)) return;
    for (const rule of RULES) {
      for (const each of rule(view, change)) {
        found.set(`${each.rule} ${each.id} ${each.path} ${each.message}`, each);
      }
    }
  });
  return bounded([...found.values()]);
}

/** What only a look at the agents shows. */
export function adviseOnRoom({ waiting }: Forecast): readonly Finding[] {
  return waiting.map(({ scope, missing }) => {
    const message = `the whole new version under '${scope}' does not fit beside the old one: ${missing}`;
    const remedy = 'it waits for room; add agents, make room, or replace in place ("rolling")';
    return finding('twins-do-not-fit', scope, { path: '/rollout/strategy', message, remedy });
  });
}

function isChanged(change: AppChange): change is Changed {
  return change.after !== undefined && change.after.instances > 0;
}

function bounded(found: readonly Finding[]): readonly Finding[] {
  const more = found.length - FINDINGS_MAX;
  if (more <= 0) return found;
  const message = `${more} more findings are left out`;
  const remedy = 'the same is to be done about them';
  const last = finding('more-findings', ROOT_ID, { path: '/', message, remedy });
  return [...found.slice(0, FINDINGS_MAX), last];
}
