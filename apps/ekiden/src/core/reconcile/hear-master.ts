import {
  assertNever,
  isTerminalTaskState,
  type AgentId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import type { Offer } from '@ekiden/offers';
import { isResident } from '../app/index.js';
import { appIdOfTask, instanceIdOfTask, nextCondition } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { takeStatus } from './on-status.js';
import { noteAnswer } from './pass-kill-on.js';

/** Takes in what the master has told our framework so far; returns the offers among it. */
export function hearMaster(context: TurnContext): readonly Offer[] {
  const offers: Offer[] = [];
  for (const event of context.master.takeEvents(context.state.frameworkId)) {
    switch (event.kind) {
      case 'offers':
        offers.push(...event.offers);
        break;
      case 'status':
        if (takeStatus(context, event.status) === 'unknown') disown(context, event.status);
        break;
      case 'rescind':
      case 'wantedBack':
        // Offers are answered in the turn they come in; there is none left to lose.
        break;
      case 'inverseOffers':
        for (const { agentId } of event.inverseOffers) answerInverse(context, agentId);
        break;
      case 'inverseRescinded':
      case 'operation':
      case 'transaction':
        // What is being left shows in the agents' rows; of the others we ask for none.
        break;
      default:
        assertNever(event);
    }
  }
  return offers;
}

/** We leave by then: but for instances that have their data there, nobody can promise that. */
function answerInverse({ draft, master, state }: TurnContext, agentId: AgentId): void {
  const stays = draft.instances.by('agent', agentId).some((instance) => {
    const app = draft.definitionOf(instance);
    return instance.goal === 'Running' && app !== undefined && isResident(app);
  });
  master.call(state.frameworkId, { kind: stays ? 'declineInverse' : 'acceptInverse', agentId });
}

const OUT_OF_SIGHT: ReadonlySet<TaskState> = new Set(['TASK_UNREACHABLE', 'TASK_UNKNOWN']);

/**
 * A task of ours that no instance owns: a stale incarnation, or one given up while its host was
 * lost. It is stopped if it lives (marathon-behaviour 5.2).
 */
function disown(context: TurnContext, status: TaskStatus): void {
  const { taskId, state } = status;
  const appId = appIdOfTask(taskId);
  if (isTerminalTaskState(state)) {
    context.draft.orphans.remove(taskId);
    context.draft.forgetKill(taskId);
    // What it kept from being wiped need not wait any longer.
    context.draft.dirty.add(appId);
    context.draft.events.push({
      type: 'unknown_instance_terminated_event',
      instanceId: instanceIdOfTask(taskId),
      runSpecId: appId,
      condition: nextCondition('Provisioned', state),
    });
  } else if (state !== 'TASK_STAGING' && !OUT_OF_SIGHT.has(state)) {
    noteAnswer(context, status);
    context.draft.disown({ taskId, appId });
  }
}
