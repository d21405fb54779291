import type { Action, DeploymentDetails } from '../client/index.js';
import type { Stage } from './view.js';

/** One app or pod of the plan. */
export interface Place {
  readonly id: string;
  readonly isPod: boolean;
  readonly verb: string;
  readonly stage: Stage;
  /** Its step has ended just now, or never began: worth a last look. */
  readonly wasNow: boolean;
}

/** In the order of the steps, each app once, by the last that is done with it. */
export function placesOf({ steps, currentStep, state }: DeploymentDetails): readonly Place[] {
  const over = state === 'succeeded' || state === 'holding';
  const places = new Map<string, Place & { readonly first: number }>();
  for (const [index, { actions }] of steps.entries()) {
    for (const action of actions) {
      const id = action.app ?? action.pod ?? '';
      const first = places.get(id)?.first ?? index;
      const step = index + 1;
      const begun = first + 1 <= currentStep;
      const stage = over || step < currentStep ? 'done' : begun ? 'now' : 'ahead';
      const wasNow = stage === 'done' && currentStep - step <= 2;
      places.set(id, {
        id,
        isPod: action.pod !== undefined,
        verb: verbOf(action),
        stage,
        wasNow,
        first,
      });
    }
  }
  return [...places.values()];
}

function verbOf({ action }: Action): string {
  return action.replace(/(?:Application|Pod)$/, '').toLowerCase();
}

/** Those of the plan that the dependencies of an app name, also through their groups. */
export function afterOf(
  id: string,
  dependencies: readonly string[],
  all: readonly Place[],
): readonly string[] {
  return all
    .filter((other) => other.id !== id && dependencies.some((on) => isWithin(other.id, on)))
    .map((other) => other.id);
}

export function isWithin(id: string, group: string): boolean {
  return id === group || id.startsWith(group === '/' ? '/' : `${group}/`);
}

/** A dependency is an id, or an object that says more about one. */
export function targetOf(dependency: unknown): string {
  if (typeof dependency === 'string') return dependency;
  const { id } = (dependency ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : '';
}
