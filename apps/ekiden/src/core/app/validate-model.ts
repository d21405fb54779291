import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { declaredPorts } from './app-facts.js';
import { doubleText, expected, mustMatch, unless } from './phrases.js';
import { PORT_FIELDS, judgeBy, type BrokenFields, type Rule } from './rule.js';
import { NO_WORK } from './validate-container.js';

const EXECUTOR_TEXT = '^(//cmd)|(/?[^/]+(/[^/]+)*)|$';
const EXECUTOR = /^(?:\/\/cmd|\/?[^/]+(?:\/[^/]+)*|)$/;

/** Stage 3: bounds and what only makes sense on an otherwise sound app (marathon-api 7.3). */
export function validateModel(app: AppDefinition, broken?: BrokenFields): readonly Violation[] {
  return judgeBy(RULES, app, undefined, broken);
}

const RULES: readonly Rule<AppDefinition>[] = [
  { reads: ['instances'], judge: (app) => atLeastZero('/instances', app.instances, String) },
  { reads: ['gpus'], judge: (app) => atLeastZero('/gpus', app.gpus, String) },
  { reads: ['cpus'], judge: (app) => atLeastZero('/cpus', app.cpus, doubleText) },
  { reads: ['mem'], judge: (app) => atLeastZero('/mem', app.mem, doubleText) },
  { reads: ['disk'], judge: (app) => atLeastZero('/disk', app.disk, doubleText) },
  {
    reads: ['executor'],
    judge: ({ executor }) => unless(EXECUTOR.test(executor), '/executor', mustMatch(EXECUTOR_TEXT)),
  },
  {
    reads: ['cmd', 'args', 'container'],
    judge: ({ cmd, args, container }) =>
      unless((cmd ?? args ?? container?.docker) !== undefined, '/', NO_WORK),
  },
  { reads: ['check', ...PORT_FIELDS], judge: validateCheck },
  {
    reads: ['unreachableStrategy'],
    judge: (app) => validateUnreachable(app.unreachableStrategy, '/unreachableStrategy'),
  },
];

function atLeastZero(
  path: string,
  value: number,
  text: (value: number) => string,
): readonly Violation[] {
  return unless(value >= 0, path, expected(text(value), `${text(0)} or more`));
}

function validateCheck(app: AppDefinition): readonly Violation[] {
  const { check } = app;
  if (check === undefined) return [];
  const kinds = [check.http, check.tcp, check.exec].filter((kind) => kind !== undefined);
  const probe = check.http ?? check.tcp;
  const usesPort = probe !== undefined && probe.port === undefined;
  return [
    ...unless(
      app.container?.type !== 'DOCKER',
      '/',
      "AppDefinition must not use 'checks' if using docker",
    ),
    // Marathon answers this one with a 500.
    ...unless(kinds.length === 1, '/check', 'Only one of http, tcp, or command may be specified'),
    ...unless(
      !usesPort || (probe.portIndex ?? 0) < declaredPorts(app).length,
      '/',
      'check port index must address an element of the ports array or container port mappings.',
    ),
  ];
}

/** `at` is the place of the strategy in the document. */
export function validateUnreachable(
  strategy: AppDefinition['unreachableStrategy'],
  at: string,
): readonly Violation[] {
  if (strategy === 'disabled') return [];
  const { inactiveAfterSeconds: inactive, expungeAfterSeconds: expunge } = strategy;
  const path = `${at}/inactiveAfterSeconds`;
  const name = `inactiveAfterSeconds (${inactive})`;
  return [
    ...unless(
      inactive <= expunge,
      path,
      `${name} must be less or equal to expungeAfterSeconds, which is ${expunge}`,
    ),
    ...unless(inactive >= 0, path, `${name} must be greater than or equal to 0`),
  ];
}
