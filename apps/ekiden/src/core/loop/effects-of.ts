import { isTerminalTaskState } from '@ekiden/kernel';
import type { Command, Effect, TurnContext } from '../turn/index.js';

/** What a decided turn asks of hosts, in order. */
export function effectsOf(context: TurnContext, batch: readonly Command[]): Effect[] {
  const effects: Effect[] = [];
  for (const effect of context.master.takeEffects()) {
    if (effect.kind === 'launch') {
      const { agentId, task } = effect;
      effects.push({
        kind: 'launch',
        agentId,
        taskId: task.id,
        info: task.info,
        epoch: task.epoch,
      });
    } else {
      effects.push(effect);
    }
  }
  effects.push(...context.effects.filter((effect) => !isOvertaken(context, effect)));
  for (const command of batch) {
    if (command.kind !== 'hostStatus') continue;
    const { agentId, taskId, state } = command.status;
    effects.push({ kind: 'acknowledge', agentId, taskId, state });
  }
  return effects;
}

/** A launch repeated for a host that reported without the task, whose end came in the same turn. */
function isOvertaken({ master }: TurnContext, effect: Effect): boolean {
  if (effect.kind !== 'launch') return false;
  const task = master.task(effect.taskId);
  return task === undefined || isTerminalTaskState(task.state);
}
