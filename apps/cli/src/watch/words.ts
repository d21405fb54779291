import { isComplete, type Member, type RolloutView, type View, type Wait } from './view.js';

/** `0:45`, `4:12`, `1:02:03`; nothing is left below zero. */
export function spanText(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1_000));
  const [hours, minutes, seconds] = [Math.floor(all / 3_600), Math.floor(all / 60) % 60, all % 60];
  const tail = String(seconds).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** With `now`: how long it lasts yet; without: the moment itself, which stays the same. */
export function waitText({ message, until }: Wait, now: number | undefined): string {
  if (until === undefined) return message;
  if (now === undefined) return `${message}, until ${timeText(until)}`;
  return until > now ? `${message}, at most ${spanText(until - now)} more` : message;
}

/** `14:03:12` in the terms of the service. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)}Z`;
}

/** `2/5, 1 runs, 1 starts, 2 of the old version`. */
export function countsText(member: Member): string {
  const { counts, verb, stage } = member;
  if (verb === 'stop') {
    if (stage === 'done') return 'stopped';
    const left = counts === undefined ? 0 : counts.serving + counts.running + counts.old;
    return stage === 'ahead' ? 'is to stop' : `stops${left > 0 ? `, ${left} left` : ''}`;
  }
  if (counts === undefined) return stage === 'done' ? 'done' : 'not looked at';
  const { wanted, serving, running, starting, old } = counts;
  const extra = Math.max(0, serving - wanted);
  return [
    `${serving - extra}/${wanted}`,
    ...(running > 0 ? [`${running} not healthy yet`] : []),
    ...(starting > 0 ? [`${starting} starting`] : []),
    ...(old > 0 ? [`${old} of the old version`] : []),
    ...(extra > 0 ? [`${extra} too many`] : []),
  ].join(', ');
}

/** The line above the tree, without colours. */
export function headText(view: View): string {
  const { id, state = 'running', step, steps, now, stallsAt, reason } = view;
  const at = steps === 0 ? '' : `, step ${step} of ${steps}`;
  const stalls =
    now !== undefined && stallsAt !== undefined && state === 'running' && stallsAt - now < NEAR_MS
      ? `, stalled in ${spanText(stallsAt - now)} if nothing moves`
      : '';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `deployment ${id.slice(0, 8)} ${STATES[state] ?? state}${at}${stalls}${why}`;
}

/** Only a deadline that comes near is worth a person's attention. */
const NEAR_MS = 5 * 60_000;

const STATES: Readonly<Record<string, string>> = {
  awaitingPromotion: 'awaits promotion',
  holding: 'succeeded, the old version is kept',
  rollingBack: 'goes back',
  stalled: 'is stalled',
  paused: 'is paused',
  running: 'runs',
};

/** What a person may do about the state that the deployment is in; nothing where it just goes on. */
export function nextSteps({ id, state, rollouts }: View): readonly string[] {
  const short = id.slice(0, 8);
  const phases = new Set(rollouts.map(({ phase }) => phase));
  if (state === 'paused') return [`ekiden resume ${short}`, `ekiden abort ${short}`];
  if (state === 'stalled') return [`ekiden why`, `ekiden abort ${short}`];
  if (state === 'awaitingPromotion' || phases.has('awaitingPromotion')) {
    return [`ekiden promote ${short}`, `ekiden abort ${short}`];
  }
  return state === 'holding' || phases.has('holding') ? [`ekiden undo ${short}`] : [];
}

/** What is to be said of two generations, line by line. */
export function rolloutLines(rollout: RolloutView, now: number | undefined): readonly string[] {
  const { scope, strategy, phase, notes, previews, traffic, until, deadline } = rollout;
  const limit =
    until === undefined || deadline === undefined
      ? ''
      : now === undefined
        ? `, ${deadline.replace(/ in$/, ' at').replace(/ within$/, ' until')} ${timeText(until)}`
        : `, ${deadline} ${spanText(until - now)}`;
  return [
    `${strategy} of ${scope}: ${PHASES[phase] ?? phase}${limit}`,
    ...notes.map((note) => `  ${note}`),
    ...(now === undefined || traffic === undefined ? [] : [`  ${traffic}`]),
    ...previews.map((preview) => `  preview ${preview}`),
  ];
}

const PHASES: Readonly<Record<string, string>> = {
  reserving: 'waits for room for the whole new version',
  starting: 'the new version comes up beside the old one',
  awaitingPromotion: 'the new version is there and awaits promotion',
  growing: 'grows to its full size',
  switching: 'switches the routes',
  promoted: 'the new version is live',
  holding: 'the new version is live, the old one is kept warm',
  retiring: 'the new version is live, hooks run before the old one stops',
  stopping: 'the new version is live, the old one stops',
  over: 'over',
};

/** `✔` complete, `▶` under way, `·` to come. */
export function markOf(member: Member): string {
  if (isComplete(member)) return '✔';
  return member.stage === 'ahead' ? '·' : '▶';
}
