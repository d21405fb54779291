import { inAnyOrder, type Wanted } from '../language/index.js';
import type { Json } from './steps.js';

type Action = 'Start' | 'Stop' | 'Scale' | 'Restart';

/** `Start a b`: one step, its actions in whatever order. */
export function step(text: string): Wanted {
  const actions = text.split(', ').map((one) => {
    const [action = '', app = ''] = one.split(' ');
    return { action: `${action as Action}Application`, app: `/~/${app}` };
  });
  return { actions: inAnyOrder(...actions) };
}

export const some = (id: string, more: Json = {}): Json => ({ id, cmd: 'sleep 1000', ...more });
export const on = (id: string, ...dependencies: readonly string[]): Json =>
  some(id, { dependencies });
