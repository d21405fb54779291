import { assertNever } from '@ekiden/kernel';
import { formatMilli, type Milli } from '@ekiden/offers';
import { showConstraint, type Refusal } from '../matching/index.js';
import { listed, someOf, verb, type VerbPhrase } from './phrases.js';

/** Values of a field that are named one by one. */
const VALUES_SHOWN = 3;

type Shortage = Extract<Refusal, { readonly wanted: Milli }>;
type Broken = Extract<Refusal, { readonly by: 'constraint' }>;
type Ports = Extract<Refusal, { readonly by: 'ports' }>;

/**
 * What a refusal has in common with those of other agents: agents whose refusals have equal kinds
 * are told of together.
 */
export function kindOf(refusal: Refusal): string {
  switch (refusal.by) {
    case 'constraint': {
      const missing = refusal.saw === undefined ? ' missing' : '';
      return `constraint ${showConstraint(refusal.constraint)}${missing}`;
    }
    case 'agentInactive':
      return `agent ${refusal.state}`;
    case 'allocator':
      return `allocator ${refusal.gate}`;
    case 'executor':
      return `executor ${refusal.wanted}`;
    case 'ports':
      return refusal.shortage.kind === 'portTaken' ? `port ${refusal.shortage.port}` : 'ports';
    case 'pod':
    case 'role':
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus':
    case 'scarceGpus':
      return refusal.by;
    case 'volume':
      return `volume ${refusal.containerPath}`;
    default:
      return assertNever(refusal);
  }
}

/** What agents do or are for which all give refusals of this kind, in the words of a newcomer. */
export function phraseOf(refusals: readonly Refusal[]): VerbPhrase {
  const [first] = refusals;
  switch (first?.by) {
    case undefined:
      return verb('has', 'have', 'room');
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus':
      return verb('lacks', 'lack', shortage(first.by, refusals));
    case 'constraint':
      return constraintPhrase(first, refusals);
    case 'agentInactive':
      return inactivePhrase(first.state);
    case 'allocator':
      return gatePhrase(first);
    case 'executor': {
      const what =
        first.wanted === 'docker' ? 'containers (no Docker engine answers)' : 'processes';
      return verb('runs', 'run', `no ${what}`);
    }
    case 'role':
      return verb('has', 'have', `nothing free for the role ${listed(first.accepted)}`);
    case 'ports':
      return portsPhrase(first, refusals);
    case 'volume': {
      const { containerPath, size, type } = first;
      const what = `no ${formatMilli(size)} MiB of a ${type} disk for the volume ${containerPath}`;
      return verb('has', 'have', what);
    }
    case 'scarceGpus':
      return verb('keeps', 'keep', 'free gpus for those that use them');
    case 'pod':
      return verb('runs', 'run', 'no pods yet');
    default:
      return assertNever(first);
  }
}

const UNITS = {
  cpus: 'cpus',
  mem: 'MiB of memory',
  disk: 'MiB of disk',
  gpus: 'gpus',
} as const;

/** `0.5 cpus`. */
function amountText(name: Shortage['by'], amount: Milli): string {
  return `${formatMilli(amount)} ${UNITS[name]}`;
}

/** How much is missing; from the least to the most where agents differ. */
function shortage(name: Shortage['by'], refusals: readonly Refusal[]): string {
  const missing = refusals.flatMap((each) =>
    'wanted' in each && each.by === name ? [each.wanted - each.offered] : [],
  );
  const least = Math.min(...missing) as Milli;
  const most = Math.max(...missing) as Milli;
  const from = least === most ? '' : `${formatMilli(least)} to `;
  return `${from}${amountText(name, most)}`;
}

function constraintPhrase({ constraint, saw }: Broken, refusals: readonly Refusal[]): VerbPhrase {
  const { field, operator, value } = constraint;
  const name = field.replace(/^@/, '');
  if (saw === undefined) {
    return verb('has', 'have', `no ${name}, which ${showConstraint(constraint)} needs`);
  }
  const seen = new Set(refusals.flatMap((each) => (each.by === 'constraint' ? [each.saw] : [])));
  const values = someOf([...seen].flatMap((each) => each ?? []).sort(), VALUES_SHOWN);
  const place = name === 'hostname' ? 'in place' : `on ${name} ${values}`;
  switch (operator) {
    case 'UNIQUE':
      return name === 'hostname'
        ? verb('has', 'have', 'an instance already, and UNIQUE allows one per host')
        : verb('is', 'are', `${place} where UNIQUE allows no more than one`);
    case 'MAX_PER':
      return name === 'hostname'
        ? verb('has', 'have', `as many as MAX_PER ${value ?? ''} allows per host`)
        : verb('is', 'are', `${place} where MAX_PER ${value ?? ''} allows no more`);
    case 'GROUP_BY':
      return name === 'hostname'
        ? verb('has', 'have', 'as many as GROUP_BY allows per host for now')
        : verb('is', 'are', `${place} where GROUP_BY allows no more`);
    case 'SPREAD':
    case 'CLUSTER':
    case 'IS':
    case 'LIKE':
    case 'UNLIKE': {
      const what = name === 'hostname' ? `the name ${values}` : `${name} ${values}`;
      return verb('has', 'have', `${what}, which ${showConstraint(constraint)} does not accept`);
    }
  }
}

/** Ids of frameworks and times help nobody here: the reasons of each agent tell them. */
function gatePhrase({ gate, message }: Extract<Refusal, { readonly by: 'allocator' }>): VerbPhrase {
  if (gate === 'filtered') return verb('has', 'have', 'room and will be offered again in seconds');
  if (gate === 'outranked') {
    return verb('has', 'have', 'room that is offered to those with a smaller share first');
  }
  if (gate === 'hostLeftOut') return verb('is', 'are', 'not among the hosts that are let in');
  return verb('is', 'are', `not offered (${message})`);
}

function inactivePhrase(state: string): VerbPhrase {
  switch (state) {
    case 'draining':
      return verb('is', 'are', 'being drained');
    case 'drained':
      return verb('is', 'are', 'kept empty after a drain');
    case 'deactivated':
      return verb('is', 'are', 'deactivated by an operator');
    case 'unreachable':
      return verb('is', 'are', 'out of reach');
    default:
      return verb('takes', 'take', `no new tasks (${state})`);
  }
}

function portsPhrase(first: Ports, refusals: readonly Refusal[]): VerbPhrase {
  if (first.shortage.kind === 'tooFewPorts') {
    const { wanted, available } = first.shortage;
    return verb('has', 'have', `${available} free ports of ${wanted} wanted`);
  }
  const { port } = first.shortage;
  const holders = new Set(
    refusals.flatMap((each) => (each.by === 'ports' ? [holderText(each)] : [])),
  );
  const [holder] = holders;
  const by = holder === undefined || holders.size > 1 ? '' : `, ${holder}`;
  return verb('has', 'have', `host port ${port} taken${by}`);
}

function holderText({ holder }: Ports): string | undefined {
  switch (holder?.kind) {
    case undefined:
      return undefined;
    case 'task':
      return `held by ${holder.appId} (task ${holder.taskId})`;
    case 'foreign':
      return 'held by a program outside the cluster';
    case 'notOffered':
      return 'which is not among those of the agent';
  }
}
