import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { declaredPorts } from './app-facts.js';
import { doubleText, expected, mustMatch, unless } from './phrases.js';
import { NO_WORK } from './validate-container.js';

const EXECUTOR_TEXT = '^(//cmd)|(/?[^/]+(/[^/]+)*)|$';
const EXECUTOR = /^(?:\/\/cmd|\/?[^/]+(?:\/[^/]+)*|)$/;

/** Stage 3: bounds and what only makes sense on an otherwise sound app (marathon-api 7.3). */
export function validateModel(app: AppDefinition): readonly Violation[] {
  const hasImage = app.container?.docker !== undefined;
  const inDocker = app.container?.type === 'DOCKER';
  return [
    ...atLeastZero('/instances', app.instances, String),
    ...atLeastZero('/gpus', app.gpus, String),
    ...atLeastZero('/cpus', app.cpus, doubleText),
    ...atLeastZero('/mem', app.mem, doubleText),
    ...atLeastZero('/disk', app.disk, doubleText),
    ...unless(EXECUTOR.test(app.executor), '/executor', mustMatch(EXECUTOR_TEXT)),
    ...unless(app.cmd !== undefined || app.args !== undefined || hasImage, '/', NO_WORK),
    ...unless(
      app.check === undefined || !inDocker,
      '/',
      "AppDefinition must not use 'checks' if using docker",
    ),
    ...validateCheck(app),
    ...validateUnreachable(app),
  ];
}

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
    // Marathon answers this one with a 500.
    ...unless(kinds.length === 1, '/check', 'Only one of http, tcp, or command may be specified'),
    ...unless(
      !usesPort || (probe.portIndex ?? 0) < declaredPorts(app).length,
      '/',
      'check port index must address an element of the ports array or container port mappings.',
    ),
  ];
}

function validateUnreachable({ unreachableStrategy }: AppDefinition): readonly Violation[] {
  if (unreachableStrategy === 'disabled') return [];
  const { inactiveAfterSeconds: inactive, expungeAfterSeconds: expunge } = unreachableStrategy;
  const path = '/unreachableStrategy/inactiveAfterSeconds';
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
