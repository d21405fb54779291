import type { PathId } from '../app/index.js';
import type { Deployment, EdgeWait } from '../deployment/index.js';
import type { WaitingOn } from './waiting-on.js';

/** Its step is under way, or it went ahead and is not there yet. */
export function hasTurn({ step, ahead }: Deployment, app: PathId, index: number): boolean {
  return index === step || ahead?.[app] !== undefined;
}

const SENTENCES: Readonly<Record<EdgeWait['why'], (app: PathId, on: PathId) => string>> = {
  coming: (app, on) => `${app} waits until ${on} is up`,
  suspended: (app, on) => `${app} waits for ${on}, which is suspended (no instances wanted)`,
  late: (app, on) => `${app} waits for ${on}, which should be up by now`,
};

/** What keeps an app from its turn, as one of the things that its deployment waits for. */
export function edgeWait(app: PathId, { on, why, since, until }: EdgeWait): WaitingOn {
  const message = SENTENCES[why](app, on);
  return { kind: 'dependency', app, instances: 0, message, since, ...(until && { until }) };
}
