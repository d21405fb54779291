import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { isResident } from './app-facts.js';
import type { AppContext } from './app-settings.js';
import { MUST_NOT_BE_EMPTY, expected, unless } from './phrases.js';
import { isPod } from './pod-part.js';
import { roleChoice } from './role-settings.js';

/** The role an app or a pod runs under and the roles of offers it takes (marathon-api 6.5, 7.5). */
export function validateRole(app: AppDefinition, ctx: AppContext): readonly Violation[] {
  const { allowed } = roleChoice(ctx);
  const resident = isResident(app);
  return [
    ...unless(
      allowed.includes(app.role),
      '/role',
      expected(app.role, `one of: [${allowed.join(', ')}]`),
    ),
    ...roleNameProblems(app.role).map((message) => ({ path: '/role', message })),
    ...unless(
      !resident || app.role !== '*',
      '/role',
      `Resident ${nounOf(app)}s cannot have the role *`,
    ),
    ...validateAccepted(app, resident),
  ];
}

/** A resident app's reservations belong to the old role; only force leaves them behind. */
export function validateRoleChange(
  before: AppDefinition,
  after: AppDefinition,
  force: boolean,
): readonly Violation[] {
  return unless(
    force || before.role === after.role || !isResident(before),
    '/role',
    'It is not possible to change the role for existing reservations. If you proceed with this ' +
      'change, all existing instances will continue to run under the previous role, ' +
      `${before.role}. Only new instances will be allocated with the new role, ${after.role}. ` +
      'In order to continue, retry your request with ?force=true',
  );
}

function validateAccepted(app: AppDefinition, resident: boolean): readonly Violation[] {
  const accepted = app.acceptedResourceRoles;
  if (accepted === undefined) return [];
  const at = isPod(app) ? '/scheduling/placement/acceptedResourceRoles' : '/acceptedResourceRoles';
  const choice = app.role === '*' ? '*' : `* and ${app.role}`;
  return [
    ...unless(accepted.length > 0, at, MUST_NOT_BE_EMPTY),
    ...unless(
      accepted.every((role) => role === '*' || role === app.role),
      at,
      `acceptedResourceRoles can only contain ${choice}`,
    ),
    ...unless(
      !resident || (accepted.length === 1 && accepted[0] === '*'),
      at,
      `A resident ${nounOf(app)} must have \`acceptedResourceRoles = ["*"]\`.`,
    ),
  ];
}

function nounOf(spec: AppDefinition): string {
  return isPod(spec) ? 'pod' : 'app';
}

/** Names without anything to look at. */
const PLAIN_NAME = /^[a-zA-Z0-9*_][a-zA-Z0-9*_.-]*$/;

const FORBIDDEN: readonly (readonly [character: string, text: string])[] = [
  ['\t', 'a horizontal tab (\\x09) character'],
  ['\n', 'a line feed (\\x0a) character'],
  ['\v', 'a vertical tab (\\x0b) character'],
  ['\f', 'a form feed (\\x0c) character'],
  ['\r', 'a carriage return (\\x0d) character'],
  [' ', 'a space (\\x20) character'],
  ['/', 'a slash (\\x2f) character'],
  ['\x7f', 'a delete (\\x7f) character'],
];

/** What is wrong with a name as a role's (Mesos's rules); empty when it will do. */
function roleNameProblems(role: string): readonly string[] {
  if (PLAIN_NAME.test(role)) return [];
  if (role === '') return ['A role name must not be an empty string.'];
  const problems = FORBIDDEN.flatMap(([character, text]) =>
    role.includes(character) ? [`A role name must not include ${text}.`] : [],
  );
  if (role === '.' || role === '..') problems.push(`A role name must not be '${role}'.`);
  if (role.startsWith('-')) problems.push('A role name must not start with a dash (-).');
  return problems;
}
