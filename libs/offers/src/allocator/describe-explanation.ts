import { assertNever, formatTimestamp, type Millis } from '@ekiden/kernel';

import { formatMilli, formatQuantities, fromMilli, type Milli } from '../resources/index.js';
import type { Explanation } from './explanation.js';

/** An explanation for people, and its numbers for programs. */
export interface ExplanationText {
  /** One sentence without a full stop. */
  readonly message: string;
  /** In units (cpus, MB), points in time in seconds. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Of whom the sentence speaks. */
export interface ExplainedPair {
  readonly framework: string;
  readonly role: string;
  readonly agent: string;
}

/** `showTime` = how a point in time reads; by default as a timestamp. */
export function describeExplanation(
  explanation: Explanation,
  pair: ExplainedPair,
  showTime: (at: Millis) => string = formatTimestamp,
): ExplanationText {
  const { framework, role, agent } = pair;
  switch (explanation.kind) {
    case 'unknownAgent':
      return said(`there is no agent ${agent}`);
    case 'agentInactive':
      return said(`agent ${agent} is not active`);
    case 'hostLeftOut':
      return said(`the host of agent ${agent} is not among those that are let in`);
    case 'notSubscribed':
      return said(`framework ${framework} is not subscribed to role ${role}`);
    case 'frameworkInactive':
      return said(`framework ${framework} is not active`);
    case 'suppressed':
      return said(`framework ${framework} has suppressed offers for role ${role}`);
    case 'noAsk':
      return said(`framework ${framework} asks for nothing under role ${role}`);
    case 'agentCapability':
      return said(`agent ${agent} lacks the capability ${explanation.missing}`);
    case 'frameworkCapability':
      return said(`framework ${framework} lacks the capability ${explanation.missing}`);
    case 'offerConstraints':
      return said(`agent ${agent} does not meet the offer constraints of role ${role}`);
    case 'askConstraints':
      return said(`agent ${agent} does not meet the constraints of ask ${explanation.askId}`);
    case 'nothingFree':
      return said(`agent ${agent} has nothing free that role ${role} may use`);
    case 'belowMinimum':
      return belowMinimum(explanation, pair);
    case 'outranked':
      return said(
        `framework ${explanation.byFramework} under role ${explanation.byRole} has a smaller share and takes it first`,
      );
    case 'none':
      return said(`nothing stands against it: the next run offers it`);
    case 'recovering':
    case 'filtered':
      return untilThen(explanation, pair, showTime);
    case 'limit':
    case 'headroom':
    case 'insufficient':
    case 'gang':
      return withAmounts(explanation, pair);
    default:
      return assertNever(explanation);
  }
}

function said(message: string, numbers: Readonly<Record<string, number>> = {}): ExplanationText {
  return { message, numbers };
}

function belowMinimum(
  { minimum }: Extract<Explanation, { kind: 'belowMinimum' }>,
  { agent, role }: ExplainedPair,
): ExplanationText {
  const sets = minimum.map(formatQuantities).join(' or ');
  const numbers = minimum.flatMap((set) => set.map(({ name, milli }) => [name, fromMilli(milli)]));
  return said(
    `what agent ${agent} could give to role ${role} is less than an offer must hold (${sets})`,
    Object.fromEntries(numbers) as Readonly<Record<string, number>>,
  );
}

function untilThen(
  explanation: Extract<Explanation, { kind: 'recovering' | 'filtered' }>,
  { framework, role, agent }: ExplainedPair,
  showTime: (at: Millis) => string,
): ExplanationText {
  const { until } = explanation;
  const untilSeconds = until / 1000;
  if (explanation.kind === 'recovering') {
    const { agents, wanted } = explanation;
    return said(
      `only ${agents} of ${wanted} agents are back; offers are paused until ${showTime(until)} at the latest`,
      { agents, wanted, untilSeconds },
    );
  }
  const why = explanation.reason === undefined ? '' : ` (${explanation.reason})`;
  return said(
    `framework ${framework} declined agent ${agent} under role ${role} until ${showTime(until)}${why}`,
    { untilSeconds },
  );
}

function withAmounts(
  explanation: Extract<Explanation, { kind: 'limit' | 'headroom' | 'insufficient' | 'gang' }>,
  { agent }: ExplainedPair,
): ExplanationText {
  switch (explanation.kind) {
    case 'limit': {
      const { role, name, limit, consumed } = explanation;
      return said(
        `role ${role} has used ${amount(consumed, name)} of its limit of ${amount(limit, name)}`,
        { limit: fromMilli(limit), consumed: fromMilli(consumed) },
      );
    }
    case 'headroom': {
      const { name, required, available } = explanation;
      return said(
        `${amount(required, name)} are kept for guarantees of others, and only ${amount(available, name)} are free`,
        { required: fromMilli(required), available: fromMilli(available) },
      );
    }
    case 'insufficient': {
      const { name, wanted, available } = explanation;
      return said(
        `${amount(wanted, name)} are wanted, agent ${agent} has ${amount(available, name)} free`,
        { wanted: fromMilli(wanted), available: fromMilli(available) },
      );
    }
    case 'gang': {
      const { askId, wanted, fits } = explanation;
      return said(`ask ${askId} wants ${wanted} at the same time, the pool has room for ${fits}`, {
        wanted,
        fits,
      });
    }
  }
}

function amount(milli: Milli, name: string): string {
  return `${formatMilli(milli)} ${name}`;
}
