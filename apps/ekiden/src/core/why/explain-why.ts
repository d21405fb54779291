import { runSteps, type Steps, type TaskId } from '@ekiden/kernel';
import { ROOT_ID, resolveId } from '../app/index.js';
import { instanceIdOfTask, type InstanceId } from '../instance/index.js';
import { LongInquiry } from '../matching/index.js';
import { explainApp } from './explain-app.js';
import { explainInstance } from './explain-instance.js';
import { explainDeployment, explainGroup } from './explain-many.js';
import { Inquiry, type WhyFacts, type WhyInput } from './inquiry.js';
import type { WhyReport } from './report.js';

/**
 * Why something is not as it shall be: `asked` is the id of an app, a pod, a group, a deployment,
 * an instance or a task. `undefined` for what nobody knows. Pure: everything is computed from the
 * state of the moment by the rules that decide, nothing is remembered for it.
 */
export function explainWhy(input: WhyInput, asked: string): WhyReport | undefined {
  return runSteps(answerTo(new Inquiry(input, () => input), asked));
}

/**
 * The same a little at a time, as twenty apps asked about five thousand agents take hundreds of
 * milliseconds. What is told of an app is of one state, agents are judged when their turn comes.
 */
export function inquireWhy(facts: WhyFacts, asked: string): LongInquiry<WhyReport | undefined> {
  return new LongInquiry((sight) => answerTo(new Inquiry(facts, sight), asked));
}

function* answerTo(inquiry: Inquiry, asked: string): Steps<WhyReport | undefined> {
  const { state } = inquiry;
  const id = resolveId(asked, ROOT_ID);
  const spec = state.root.apps.get(id);
  if (spec !== undefined) return yield* explainApp(inquiry, spec);
  if (id === ROOT_ID || state.root.groups.has(id)) return yield* explainGroup(inquiry, id);
  const deployment = state.deployments.get(asked);
  if (deployment !== undefined) return yield* explainDeployment(inquiry, deployment);
  const own = state.instances.get(asked as InstanceId);
  if (own !== undefined) {
    return yield* explainInstance(inquiry, own, { kind: 'instance', id: asked });
  }
  const task = asked as TaskId;
  const instance =
    state.instances.by('task', task)[0] ?? state.instances.get(instanceIdOfTask(task));
  if (instance === undefined) return undefined;
  return yield* explainInstance(inquiry, instance, { kind: 'task', id: asked });
}
