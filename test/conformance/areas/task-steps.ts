import { allOf, like, type Case, type Exchange, type Wanted } from '../language/index.js';
import { add, running, sleeper } from './steps.js';

export const TASK_ID = /^~_a\.instance-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\._app\.1$/;

/** An app with one running task, whose id is kept as `task`. */
export const oneTask: readonly Exchange[] = [
  add(sleeper('/~/a', 1)),
  running('/~/a', 1),
  { send: 'GET /v2/apps/~/a/tasks', keep: { task: 'body.tasks.0.id' } },
];

/** Waits until the task of before has made way for another. */
export const replaced = (more: Wanted = {}): Exchange => ({
  send: 'GET /v2/apps/~/a/tasks',
  until: true,
  expect: { body: { tasks: [allOf({ id: like(/^(?!{{task}}$)/), state: 'TASK_RUNNING' }, more)] } },
});

export function withTask(source: string, name: string, ...steps: Case['steps']): Case {
  return { name, source, needs: ['tasks'], steps: [...oneTask, ...steps] };
}
