import { formatTimestamp, mapInSteps, type Steps } from '@ekiden/kernel';
import { isBelow, type AppDefinition, type PathId } from '../app/index.js';
import type { Deployment } from '../deployment/index.js';
import { countsOf, unfinished } from './causes.js';
import { deploymentCauses } from './deployment-causes.js';
import { explainApp, isWell } from './explain-app.js';
import type { Inquiry } from './inquiry.js';
import { counted, duration, someOf } from './phrases.js';
import type { Cause, Counts, ManyReport, SpecReport } from './report.js';
import { closedRoutes } from './route-causes.js';

/** Apps and pods explained one by one; each is a look at all agents. */
const PARTS_MAX = 20;

/** Names in one sentence. */
const NAMED = 3;

/** Why what is below a group is not as it shall be, the worst first. */
export function* explainGroup(inquiry: Inquiry, id: PathId): Steps<ManyReport> {
  const specs = [...inquiry.state.root.apps.values()].filter((app) => isBelow(app.id, id));
  const { parts, more, bad } = yield* worst(inquiry, specs);
  const total = counted(specs.length, 'app');
  const base = { kind: 'group', id, parts, more, causes: [] } as const;
  if (specs.length === 0) return { ...base, summary: 'there is nothing in it' };
  if (bad === 0) return { ...base, summary: `all is well with its ${total}` };
  const [first] = parts;
  const lead = first === undefined ? '' : `; the worst is ${first.id}: ${first.summary}`;
  return {
    ...base,
    summary: `${bad} of ${total} ${bad === 1 ? 'is' : 'are'} not as wanted${lead}`,
  };
}

/** What a deployment under way waits for, or how it ended. */
export function* explainDeployment(inquiry: Inquiry, deployment: Deployment): Steps<ManyReport> {
  const { id, plan, status, step, progressAt, finishedAt, reason } = deployment;
  const base = { kind: 'deployment', id } as const;
  if (status === 'queued') {
    const others = counted(deployment.queued?.waitsFor.length ?? 0, 'deployment');
    const summary = `it is queued behind ${others}`;
    return { ...base, summary, causes: [], parts: [], more: 0 };
  }
  if (status !== 'running') {
    const when = finishedAt === undefined ? '' : ` at ${formatTimestamp(finishedAt)}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    return { ...base, summary: `it ${ENDED[status]}${when}${why}`, causes: [], parts: [], more: 0 };
  }
  const own = deploymentCauses(inquiry.state, deployment);
  const waits = yield* unfinished(inquiry, deployment);
  const apps = (plan.steps[step]?.actions ?? []).flatMap(
    ({ app }) => inquiry.state.root.apps.get(app) ?? [],
  );
  const { parts, more } = yield* worst(inquiry, apps);
  const at = `step ${Math.min(step + 1, plan.steps.length)} of ${plan.steps.length}`;
  const what = waits.length === 0 ? 'is about to be done' : `waits for ${someOf(waits, NAMED)}`;
  const idle = duration(inquiry.now - progressAt);
  const cause: Cause = {
    kind: 'deployment',
    message: `${at} ${what}; nothing has moved for ${idle}`,
    since: progressAt,
  };
  const [held] = own;
  const summary = held === undefined ? `${at} ${what}` : `${at}: ${held.message}`;
  const causes = held !== undefined && waits.length === 0 ? own : [...own, cause];
  return { ...base, summary, causes, parts, more };
}

const ENDED = { succeeded: 'succeeded', failed: 'failed', cancelled: 'was cancelled' } as const;

/** Those that are not well, the one with the most missing first; only a few are looked at closely. */
function* worst(
  inquiry: Inquiry,
  specs: readonly AppDefinition[],
): Steps<{ readonly parts: readonly SpecReport[]; readonly more: number; readonly bad: number }> {
  const all = yield* mapInSteps(specs, (app) => ({
    app,
    counts: countsOf(inquiry.state, app),
    isClosed: closedRoutes(inquiry, app).length > 0,
  }));
  const bad = all
    .filter(
      ({ app, counts, isClosed }) =>
        isClosed || !isWell(counts) || inquiry.state.frozen.has(app.id),
    )
    .sort((a, b) => severity(b.counts) - severity(a.counts) || (a.app.id < b.app.id ? -1 : 1));
  const parts: SpecReport[] = [];
  for (const { app } of bad.slice(0, PARTS_MAX)) {
    yield;
    const present = inquiry.state.root.apps.get(app.id);
    // removed since the first look
    if (present !== undefined) parts.push(yield* explainApp(inquiry, present));
  }
  return { parts, more: Math.max(0, bad.length - PARTS_MAX), bad: bad.length };
}

/** Nothing at all running is the worst; otherwise the part that is missing counts. */
function severity({ wanted, running, healthy, old }: Counts): number {
  if (wanted === 0) return 0;
  return (running + old === 0 ? 2 : 0) + (wanted - healthy) / wanted;
}
