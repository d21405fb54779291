import { err, ok, type Result } from '@ekiden/kernel';

import type { ConstraintError } from './compiled-constraints.js';
import type {
  AttributeConstraint,
  AttributePredicate,
  AttributeSelector,
  OfferConstraints,
} from './offer-constraints.js';

/** Mesos's words for predicates, and where each keeps its operand. */
const MESOS_PREDICATES = {
  exists: { kind: 'exists', operand: undefined },
  not_exists: { kind: 'notExists', operand: undefined },
  text_equals: { kind: 'textEquals', operand: 'value' },
  text_not_equals: { kind: 'textNotEquals', operand: 'value' },
  text_matches: { kind: 'textMatches', operand: 'regex' },
  text_not_matches: { kind: 'textNotMatches', operand: 'regex' },
} as const;

type Predicate = (typeof MESOS_PREDICATES)[keyof typeof MESOS_PREDICATES]['kind'];

const FIELDS: readonly string[] = ['HOSTNAME', 'REGION', 'ZONE'];

const OBJECT = 'expected an object';
const TEXT = 'expected a text';

type Report = (path: string, rule: string) => void;

/**
 * Reads the constraints of one role from JSON: {@link OfferConstraints} as it is, or the shape of
 * Mesos's `OfferConstraints.RoleConstraints` (v1 scheduler API, Mesos 1.11):
 * `{"groups":[{"attribute_constraints":[{"selector":{"attribute_name":"rack"},
 * "predicate":{"text_equals":{"value":"r1"}}}]}]}`. Every part may be in either form; unknown
 * fields are ignored. Says all that is wrong with the shape; `compileConstraints` checks the rest.
 */
export function parseConstraints(
  json: unknown,
): Result<OfferConstraints, readonly ConstraintError[]> {
  const errors: ConstraintError[] = [];
  const report: Report = (path, rule) => {
    errors.push({ path, rule });
  };
  const list = isRecord(json) ? json['groups'] : undefined;
  if (!isList(list)) return err([{ path: 'groups', rule: 'expected an array of groups' }]);
  const groups = list.map((group, index) => readGroup(group, `groups[${index}]`, report));
  return errors.length === 0 ? ok({ groups }) : err(errors);
}

function readGroup(json: unknown, path: string, report: Report): readonly AttributeConstraint[] {
  const inner = isRecord(json) ? json['attribute_constraints'] : undefined;
  const list = inner ?? json;
  const at = inner === undefined ? path : `${path}.attribute_constraints`;
  if (!isList(list)) {
    report(path, 'expected an array of constraints, or an object with attribute_constraints');
    return [];
  }
  return list.flatMap((each, place) => readConstraint(each, `${at}[${place}]`, report) ?? []);
}

function readConstraint(
  json: unknown,
  path: string,
  report: Report,
): AttributeConstraint | undefined {
  if (!isRecord(json)) {
    report(path, 'a constraint has a selector and a predicate');
    return undefined;
  }
  const selector = readSelector(json['selector'], `${path}.selector`, report);
  const predicate = readPredicate(json['predicate'], `${path}.predicate`, report);
  return selector === undefined || predicate === undefined ? undefined : { selector, predicate };
}

function readSelector(json: unknown, path: string, report: Report): AttributeSelector | undefined {
  if (!isRecord(json)) {
    report(path, OBJECT);
    return undefined;
  }
  const name = json['kind'] === 'attribute' ? json['name'] : json['attribute_name'];
  const field = json['pseudoattribute_type'] ?? json['kind'];
  if (typeof name === 'string' && json['pseudoattribute_type'] === undefined) {
    return { kind: 'attribute', name };
  }
  if (name === undefined && isField(field)) return { kind: field };
  report(path, `expected either the name of an attribute or one of ${FIELDS.join(', ')}`);
  return undefined;
}

function readPredicate(
  json: unknown,
  path: string,
  report: Report,
): AttributePredicate | undefined {
  if (!isRecord(json)) {
    report(path, OBJECT);
    return undefined;
  }
  if (json['kind'] !== undefined) return readOurs(json, path, report);
  const words = Object.keys(MESOS_PREDICATES).filter((word) => json[word] !== undefined);
  const [word] = words;
  if (!isWord(word) || words.length > 1) {
    report(path, `expected exactly one of ${Object.keys(MESOS_PREDICATES).join(', ')}`);
    return undefined;
  }
  const { kind, operand } = MESOS_PREDICATES[word];
  const body = json[word];
  if (!isRecord(body)) {
    report(`${path}.${word}`, OBJECT);
    return undefined;
  }
  const predicate = predicateOf(kind, operand === undefined ? undefined : body[operand]);
  if (predicate === undefined) report(`${path}.${word}.${operand ?? ''}`, TEXT);
  return predicate;
}

function readOurs(
  json: Readonly<Record<string, unknown>>,
  path: string,
  report: Report,
): AttributePredicate | undefined {
  const known = Object.values(MESOS_PREDICATES);
  const found = known.find((each) => each.kind === json['kind']);
  if (found === undefined) {
    report(`${path}.kind`, `expected one of ${known.map((each) => each.kind).join(', ')}`);
    return undefined;
  }
  const field = found.operand === 'regex' ? 'pattern' : 'value';
  const predicate = predicateOf(found.kind, json[field]);
  if (predicate === undefined) report(`${path}.${field}`, TEXT);
  return predicate;
}

function predicateOf(kind: Predicate, operand: unknown): AttributePredicate | undefined {
  if (kind === 'exists' || kind === 'notExists') return { kind };
  if (typeof operand !== 'string') return undefined;
  if (kind === 'textEquals' || kind === 'textNotEquals') return { kind, value: operand };
  return { kind, pattern: operand };
}

function isWord(word: string | undefined): word is keyof typeof MESOS_PREDICATES {
  return word !== undefined && Object.hasOwn(MESOS_PREDICATES, word);
}

function isField(field: unknown): field is 'HOSTNAME' | 'REGION' | 'ZONE' {
  return typeof field === 'string' && FIELDS.includes(field);
}

function isList(json: unknown): json is readonly unknown[] {
  return Array.isArray(json);
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
