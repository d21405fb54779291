import { assertNever } from '@ekiden/kernel';

import type { AgentFacts } from '../../src/allocator/index.js';
import type {
  AttributeConstraint,
  AttributePredicate,
  AttributeSelector,
  OfferConstraints,
} from '../../src/framework/index.js';
import type { Attribute } from '../../src/resources/index.js';

/** One group of which all hold (offer-core 1.8). Without constraints everything is let through. */
export function satisfies(facts: AgentFacts, constraints: OfferConstraints | undefined): boolean {
  if (constraints === undefined) return true;
  return constraints.groups.some((group) => group.every((each) => holds(facts, each)));
}

function holds(facts: AgentFacts, { selector, predicate }: AttributeConstraint): boolean {
  const found = select(facts, selector);
  if (found !== undefined && found.type !== 'TEXT') {
    return predicate.kind !== 'notExists';
  }
  return judge(found?.text, predicate);
}

function judge(text: string | undefined, predicate: AttributePredicate): boolean {
  switch (predicate.kind) {
    case 'exists':
      return text !== undefined;
    case 'notExists':
      return text === undefined;
    case 'textEquals':
      return text === predicate.value;
    case 'textNotEquals':
      return text !== predicate.value;
    case 'textMatches':
      return text !== undefined && whole(predicate.pattern).test(text);
    case 'textNotMatches':
      return text === undefined || !whole(predicate.pattern).test(text);
    default:
      return assertNever(predicate);
  }
}

/** The first attribute of the name, or the field. */
function select(facts: AgentFacts, selector: AttributeSelector): Attribute | undefined {
  switch (selector.kind) {
    case 'attribute':
      return facts.attributes.find((attribute) => attribute.name === selector.name);
    case 'HOSTNAME':
      return textAttribute(facts.hostname);
    case 'REGION':
      return textAttribute(facts.domain?.region);
    case 'ZONE':
      return textAttribute(facts.domain?.zone);
    default:
      return assertNever(selector);
  }
}

function textAttribute(text: string | undefined): Attribute | undefined {
  return text === undefined ? undefined : { name: '', type: 'TEXT', text };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
