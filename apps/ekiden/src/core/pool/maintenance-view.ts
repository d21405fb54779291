import { isTerminalTaskState, type AgentId, type Millis } from '@ekiden/kernel';
import type { InverseOffer, Unavailability } from '@ekiden/offers';
import type { StateView } from '../turn/index.js';

/** An agent with maintenance planned or under way. */
export interface PlannedAgent {
  readonly id: AgentId;
  readonly hostname: string;
  readonly window: Unavailability;
  /** What frameworks with something there said when they were asked to leave. */
  readonly answers: readonly Pick<InverseOffer, 'frameworkId' | 'answer'>[];
  /** Its window has begun, and nothing runs there any more. */
  readonly isDown: boolean;
}

/** All agents with a window, by start and name. */
export function plannedAgents({ master }: StateView, now: Millis): readonly PlannedAgent[] {
  const { agents, inverseOffers, tasks } = master.state;
  return [...agents.values()]
    .flatMap(({ id, hostname, unavailability: window, goneSince }) => {
      if (window === undefined || goneSince !== undefined) return [];
      const asked = inverseOffers.by('agent', id).filter(({ cause }) => cause === 'maintenance');
      const isEmpty = !tasks.by('agent', id).some(({ state }) => !isTerminalTaskState(state));
      return [{ id, hostname, window, answers: asked, isDown: isEmpty && window.start <= now }];
    })
    .sort((a, b) => a.window.start - b.window.start || (a.hostname < b.hostname ? -1 : 1));
}
