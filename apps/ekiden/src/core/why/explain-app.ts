import type { Steps } from '@ekiden/kernel';
import { isPod, podObstacle, type AppDefinition } from '../app/index.js';
import { launchDelayId } from '../instance/index.js';
import { roomKept } from '../reconcile/index.js';
import type { StateView } from '../turn/index.js';
import { causesOf, countsOf, turnCauses } from './causes.js';
import { explainPlacement, type ExplainedPlacement } from './explain-placement.js';
import type { Inquiry } from './inquiry.js';
import { counted } from './phrases.js';
import { CAUSE_KINDS, type Cause, type Counts, type SpecReport } from './report.js';

/** Why an app or pod is not as it shall be, or that all is well with it. */
export function* explainApp(inquiry: Inquiry, app: AppDefinition): Steps<SpecReport> {
  const before = yield* turnCauses(inquiry, app);
  const { state, now } = inquiry;
  const counts = countsOf(state, app);
  const delay = state.launchDelays.get(launchDelayId(app.id, app.versionInfo.lastConfigChangeAt));
  const left = Math.max(0, (delay?.until ?? 0) - now);
  const own = [...causesOf(inquiry, app), ...before];
  const failure = state.taskFailures.get(app.id);
  const isPresent = failure !== undefined && failure.version >= app.versionInfo.lastConfigChangeAt;
  const placed = placedOf(state, app);
  const isDelayed = left > 0;
  const found =
    counts.waiting === 0
      ? undefined
      : yield* explainPlacement(inquiry, app, { placed, wanted: counts.wanted, isDelayed });
  const waitsForRoom = found === undefined ? [] : roomCauses(app, found, isDelayed);
  const kept = found !== undefined && !hasRoom(found) ? roomKeptCauses(state, app) : [];
  const causes = sorted([...own, ...waitsForRoom, ...kept]);
  return {
    kind: isPod(app) ? 'pod' : 'app',
    id: app.id,
    counts,
    summary: summaryOf(app, counts, causes),
    causes,
    ...(found === undefined ? {} : { placement: found.placement }),
    agents: found?.agents ?? [],
    ...(counts.waiting === 0
      ? {}
      : {
          delay: {
            timeLeftSeconds: Math.ceil(left / 1000),
            overdue: delay === undefined || delay.until + 1000 < now,
          },
        }),
    ...(isPresent ? { lastFailure: failure } : {}),
  };
}

/** Gravest kind first, otherwise in the order they were found. */
export function sorted(causes: readonly Cause[]): readonly Cause[] {
  return [...causes].sort((a, b) => CAUSE_KINDS.indexOf(a.kind) - CAUSE_KINDS.indexOf(b.kind));
}

function placedOf({ instances }: StateView, { id }: AppDefinition): number {
  return instances
    .by('app', id)
    .filter(({ goal, condition }) => goal === 'Running' && condition !== 'Scheduled').length;
}

function hasRoom({ placing }: Pick<ExplainedPlacement, 'placing'>): boolean {
  return placing.agents.some(({ refusals }) => refusals.length === 0);
}

/** What its deployment removes would make room, and may not yet. */
function roomKeptCauses(
  { deployments, instances, root }: StateView,
  { id }: AppDefinition,
): readonly Cause[] {
  const deployment = deployments.by('app', id)[0];
  if (deployment === undefined) return [];
  const { apps, groups } = root;
  return roomKept({ instances, apps, groups }, deployment).map((message) => ({
    kind: 'placement',
    message,
  }));
}

/** What waiting instances wait for on agents; nothing while some agent has room. */
function roomCauses(
  app: AppDefinition,
  { placement, placing }: ExplainedPlacement,
  delayed: boolean,
): readonly Cause[] {
  const obstacle = isPod(app) ? podObstacle(app) : undefined;
  if (obstacle !== undefined) {
    return [{ kind: 'placement', message: `no host can run this pod: ${obstacle}` }];
  }
  if (placement.agents === 0) {
    return [{ kind: 'placement', message: 'no agent has registered yet' }];
  }
  const { everywhere } = placing;
  if (everywhere !== undefined) {
    const kind = everywhere.gate === 'limit' ? 'quota' : 'placement';
    return [{ kind, message: everywhere.message }];
  }
  if (!hasRoom({ placing })) return [{ kind: 'placement', message: placement.sentence }];
  return delayed ? [] : [{ kind: 'placement', message: 'an agent has room, it is placed next' }];
}

function summaryOf(app: AppDefinition, counts: Counts, causes: readonly Cause[]): string {
  const head = headline(app, counts);
  const grave = causes.find(({ kind }) => kind !== 'failure');
  if (grave !== undefined) return `${head}: ${grave.message}`;
  const [mild] = causes;
  return mild === undefined || isWell(counts) ? head : `${head}: ${mild.message}`;
}

/** "2 of 3 instances run, 1 of them healthy"; of a version that takes over, how many old ones run. */
function headline({ healthChecks, readinessChecks }: AppDefinition, counts: Counts): string {
  const { wanted, running, old } = counts;
  if (wanted === 0) {
    const left = running + old;
    return left === 0
      ? 'no instance is wanted'
      : `${counted(left, 'instance')} still ${left === 1 ? 'runs' : 'run'}, none is wanted`;
  }
  const present = presentOnes(counts, healthChecks.length + readinessChecks.length > 0);
  if (old === 0) return present;
  return `${present}, and ${old === 1 ? '1 old one runs' : `${old} old ones run`}`;
}

/** The part of the headline about the present configuration. */
function presentOnes({ wanted, running, healthy, old }: Counts, checked: boolean): string {
  const noun = old === 0 ? 'instance' : 'new instance';
  if (running === wanted && healthy === wanted) {
    const all = wanted === 1 ? `the ${noun} runs` : `all ${wanted} ${noun}s run`;
    if (!checked) return all;
    return `${all} and ${wanted === 1 ? 'is' : 'are'} healthy`;
  }
  if (wanted === 1 && running === 0) return `the ${noun} does not run`;
  if (wanted === 1 && running === 1) return `the ${noun} runs and is not healthy`;
  const run = running === 1 ? 'runs' : 'run';
  const runs =
    running > wanted
      ? `${counted(running, noun)} ${run}, ${wanted} ${wanted === 1 ? 'is' : 'are'} wanted`
      : `${running} of ${counted(wanted, noun)} ${run}`;
  return checked && running > 0 ? `${runs}, ${healthy} of them healthy` : runs;
}

export function isWell({ wanted, running, healthy, waiting, old }: Counts): boolean {
  return waiting === 0 && old === 0 && running === wanted && healthy === wanted;
}
