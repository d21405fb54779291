import { isTerminal, type Instance, type InstanceId } from '../../instance/index.js';

/** What a replacement one by one looks at: the set of instances, nothing remembered. */
export interface SerialView {
  readonly wanted: number;
  /** `lastConfigChangeAt` of the definition to reach. */
  readonly configVersion: number;
  readonly order: 'ascending' | 'descending';
  /** Every instance of the app, put away ones and those that are given up included. */
  readonly instances: readonly Instance[];
  /** It works, and what is to follow its start has been done. */
  readonly isHealthy: (instance: Instance) => boolean;
  /** It works, whatever is still to follow its start. */
  readonly isServing: (instance: Instance) => boolean;
  /** Fewest healthy ones that shrinking may leave. */
  readonly floor: number;
  /** Ids that go first when the app shrinks. */
  readonly sentenced: ReadonlySet<string>;
  /** Whether an instance is to be moved off its host; absent = none is. */
  readonly isLeaving?: (instance: Instance) => boolean;
  /** Instances are also created one after the other (in a deployment), not all at once. */
  readonly oneByOne: boolean;
}

export interface SerialTargets {
  /** Slots of instances that have none yet, or one that is another's. */
  readonly slots: ReadonlyMap<InstanceId, number>;
  /** Slots to create an instance for. */
  readonly start: readonly number[];
  /** Put away ones that are wanted again, with their data. */
  readonly resume: readonly Instance[];
  /** Not wanted any more: given up, or put away with its data. */
  readonly remove: readonly Instance[];
  /** The one to be stopped, and started again from the new definition in its slot. */
  readonly replace: Instance | undefined;
}

/**
 * One look at an app whose instances are numbered and changed one at a time (rollouts.md, Serial):
 * stopped first, replaced in its slot, healthy and ready, next. The app is brought to its number
 * first, the highest slot going and the lowest coming first; one at a time too, where it is
 * deployed. What works is never stopped for another version while another does not: what does not
 * work goes first, also where the app shrinks.
 */
export function serial(view: SerialView): SerialTargets {
  const { wanted, instances, isHealthy } = view;
  const slots = slotsFor(view);
  const slotOf = ({ id, slot }: Instance): number => slots.get(id) ?? slot ?? 0;
  const kept = instances.filter(isKept).sort((a, b) => slotOf(a) - slotOf(b));
  const going = instances.filter(isGoing);
  const none = { slots, start: [], resume: [], remove: [], replace: undefined };

  if (kept.length > wanted) {
    if (going.length > 0) return none;
    const first = firstToGo(view, kept);
    if (first !== undefined) return { ...none, remove: [first] };
  }
  const coming = kept.filter((one) => isCurrent(view, one) && !isHealthy(one));
  const missing = Math.max(0, wanted - kept.length - going.length);
  if (missing > 0) {
    if (view.oneByOne && coming.length > 0) return none;
    return { ...none, ...fill(view, slotOf, view.oneByOne ? 1 : missing) };
  }
  if (coming.length > 0 || going.length > 0) return none;
  return { ...none, replace: nextOf(view, kept) };
}

/**
 * Of those beyond the number one that does not work, else the highest slot: as long as enough of
 * the others work. Otherwise what is to stay gets well first.
 */
function firstToGo(view: SerialView, kept: readonly Instance[]): Instance | undefined {
  const { wanted, floor, sentenced, isServing } = view;
  const ranked = [...kept].reverse();
  const meant = ranked.find(({ id }) => sentenced.has(id));
  if (meant !== undefined) return meant;
  const idle = ranked.slice(0, kept.length - wanted).find((one) => !isServing(one));
  if (idle !== undefined) return idle;
  return kept.filter(isServing).length > floor ? ranked[0] : undefined;
}

function isKept({ goal, condition, generation }: Instance): boolean {
  return goal === 'Running' && condition !== 'UnreachableInactive' && generation === undefined;
}

/** It shall go and is not gone: its slot is not free, and one at a time is enough. */
function isGoing({ goal, condition, generation }: Instance): boolean {
  const lost = condition === 'Unreachable' || condition === 'UnreachableInactive';
  if (goal === 'Running' || generation !== undefined || lost) return false;
  // What is over and given up and still there is between its end and what follows it.
  if (isTerminal(condition)) return goal === 'Decommissioned';
  return condition !== 'Scheduled';
}

/** Of the wanted configuration, and where it may stay. */
function isCurrent({ configVersion, isLeaving }: SerialView, instance: Instance): boolean {
  return instance.configVersion === configVersion && isLeaving?.(instance) !== true;
}

/** Those that do not work first, then in the order asked for; one under way is waited for. */
function nextOf(view: SerialView, kept: readonly Instance[]): Instance | undefined {
  const old = kept.filter((one) => !isCurrent(view, one));
  // Whoever has it stopped: one at a time is enough.
  if (kept.some(({ kill }) => kill !== undefined)) return undefined;
  const ordered = view.order === 'ascending' ? old : [...old].reverse();
  return ordered.find((one) => !view.isHealthy(one)) ?? ordered[0];
}

/** What brings the app to its number: put away ones first, each with its slot where it is free. */
function fill(
  { instances }: SerialView,
  slotOf: (instance: Instance) => number,
  missing: number,
): Pick<SerialTargets, 'start' | 'resume'> {
  const isAway = ({ goal }: Instance): boolean => goal === 'Stopped';
  const away = instances.filter(isAway).sort((a, b) => slotOf(a) - slotOf(b));
  const resume = away.slice(0, missing);
  const holding = instances.filter((one) => isKept(one) || isGoing(one) || isAway(one));
  const taken = new Set(holding.map(slotOf));
  return { resume, start: freeSlots(taken, missing - resume.length) };
}

/** The oldest keeps a slot that two have; who has none gets the lowest that is free. */
function slotsFor({ instances }: SerialView): ReadonlyMap<InstanceId, number> {
  // One that is on its way out keeps its slot until it is gone.
  const isAtRest = (one: Instance): boolean => one.goal === 'Stopped' && !isGoing(one);
  const numbered = instances.filter((one) => isKept(one) || isAtRest(one)).sort(byAge);
  const taken = new Set<number | undefined>(instances.filter(isGoing).map(({ slot }) => slot));
  const without = numbered.filter(({ slot }) => {
    if (slot === undefined || taken.has(slot)) return true;
    taken.add(slot);
    return false;
  });
  const free = freeSlots(taken, without.length);
  return new Map(without.map(({ id }, at) => [id, free[at] ?? 0]));
}

/** `wanted` where none of these has it, else the lowest slot that is free. */
export function freeSlot(others: readonly Instance[], wanted: number): number {
  const taken = new Set(others.filter((one) => isKept(one) || isGoing(one)).map((one) => one.slot));
  return taken.has(wanted) ? (freeSlots(taken, 1)[0] ?? wanted) : wanted;
}

function byAge(a: Instance, b: Instance): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.id < b.id ? -1 : 1;
}

function freeSlots(taken: ReadonlySet<number | undefined>, count: number): readonly number[] {
  const free: number[] = [];
  for (let slot = 0; free.length < count; slot += 1) if (!taken.has(slot)) free.push(slot);
  return free;
}
