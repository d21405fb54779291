import { formatTimestamp } from '@ekiden/kernel';
import type { PathId } from '../../core/app/index.js';
import type { Deployment } from '../../core/deployment/index.js';
import type { StateView } from '../../core/turn/index.js';
import { PLACEHOLDERS, type Placeholder } from './placeholders.js';

type LiveValues = Readonly<Partial<Record<Placeholder, string>>>;

/** The app and the pod that examples are about. */
const HELLO = '/hello' as PathId;
const SIDECAR = '/sidecar' as PathId;

/** What the placeholders of examples stand for at this moment; absent = there is no such thing. */
export function liveValues(state: StateView | undefined): LiveValues {
  if (state === undefined) return {};
  const [agent] = state.master.state.agents.values();
  const hello = state.root.apps.get(HELLO);
  const task = state.instances.by('app', HELLO).find((instance) => instance.task !== undefined);
  const sidecar = state.root.apps.get(SIDECAR);
  const [podInstance] = state.instances.by('app', SIDECAR);
  const [deployment = lastEnded(state)] = state.deployments.by('status', 'running');
  return {
    ...given('agent', agent?.id),
    ...given('task', task?.task?.id),
    ...given('deployment', deployment?.id),
    ...given('appVersion', hello && formatTimestamp(hello.version)),
    ...given('podInstance', podInstance?.id),
    ...given('podVersion', sidecar && formatTimestamp(sidecar.version)),
    groupVersion: formatTimestamp(state.root.version),
  };
}

function lastEnded({ deployments }: StateView): Deployment | undefined {
  return [...deployments.values()].sort((a, b) => b.startedAt - a.startedAt)[0];
}

/** The text of a description with `values` in the place of placeholders. */
export function withLiveValues(text: string, values: LiveValues): string {
  return Object.entries(values).reduce(
    (result, [name, value]) => result.replaceAll(PLACEHOLDERS[name as Placeholder], () => value),
    text,
  );
}

function given(name: Placeholder, value: string | undefined): LiveValues {
  return value === undefined ? {} : { [name]: value };
}
