import type { PathId } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { Deployment } from './deployment.js';
import type { HookRun } from './hook-run.js';
import type { RolloutProgress } from './rollout-progress.js';

/** What a hook is told: as JSON in the body of a call, as variables in the environment of a command. */
export interface HookFacts {
  readonly deployment: string;
  readonly at: HookRun['at'];
  /** Whose `rollout` brings the hook. */
  readonly scope: PathId;
  readonly app: PathId;
  readonly slot?: number;
  readonly attempt: number;
  /** The deployment that this one takes back. */
  readonly undoes?: string;
  /** Of the slot: where its task is or was last. */
  readonly instance?: {
    readonly taskId: string;
    readonly host: string;
    readonly ports: readonly number[];
  };
  /** Addresses (`host:port`) at which the new version answers before it is promoted, by app. */
  readonly previews: Readonly<Record<string, readonly string[]>>;
}

/** Calls are made by the leader: what routes listen on is open on its loopback address, too. */
const LEADER_SEES = '127.0.0.1';

interface View {
  readonly instances: { by(index: 'app', app: PathId): readonly Instance[] };
}

export function hookFacts(
  { instances }: View,
  { id, undoes, rollouts = [] }: Pick<Deployment, 'id' | 'undoes' | 'rollouts'>,
  { at, scope, app, slot, attempt }: Omit<HookRun, 'key' | 'kind' | 'state' | 'startedAt'>,
): HookFacts {
  const instance = instances.by('app', app).find((one) => slot !== undefined && one.slot === slot);
  return {
    deployment: id,
    at,
    scope,
    app,
    ...(slot === undefined ? {} : { slot }),
    attempt,
    ...(undoes === undefined ? {} : { undoes }),
    ...(instance?.task === undefined ? {} : { instance: placeOf(instance.task) }),
    previews: previewsOf(
      rollouts.find((one) => one.scope === scope),
      LEADER_SEES,
    ),
  };
}

/** Preview ports are open wherever service ports are; `host`: as who asks sees that place. */
function previewsOf(progress: RolloutProgress | undefined, host: string): HookFacts['previews'] {
  const open = (progress?.twins ?? []).map(({ id, previewPorts = [] }) => {
    const ports = previewPorts.filter((port) => port > 0);
    return [id, ports.map((port) => `${host}:${port}`)] as const;
  });
  return Object.fromEntries(open.filter(([, addresses]) => addresses.length > 0));
}

function placeOf(task: NonNullable<Instance['task']>): NonNullable<HookFacts['instance']> {
  return { taskId: task.id, host: task.hostAddress ?? task.host, ports: task.hostPorts };
}

/** The same for the environment of a command, but for what depends on where it runs. */
export function hookVariables(
  facts: Omit<HookFacts, 'previews'>,
): Readonly<Record<string, string>> {
  const { deployment, at, scope, app, slot, undoes, instance } = facts;
  const ports = instance?.ports ?? [];
  return {
    EKIDEN_DEPLOYMENT_ID: deployment,
    EKIDEN_HOOK: at,
    EKIDEN_HOOK_SCOPE: scope,
    EKIDEN_HOOK_APP: app,
    ...(slot === undefined ? {} : { EKIDEN_SLOT: String(slot) }),
    ...(undoes === undefined ? {} : { EKIDEN_UNDOES: undoes }),
    ...(instance === undefined
      ? {}
      : {
          EKIDEN_INSTANCE_TASK: instance.taskId,
          EKIDEN_INSTANCE_HOST: instance.host,
          EKIDEN_INSTANCE_PORTS: ports.join(' '),
        }),
  };
}

/** `host`: where a command finds service ports, by the network it has; absent = on its loopback. */
export function previewVariables(
  { hooks = [], rollouts = [] }: Pick<Deployment, 'hooks' | 'rollouts'>,
  key: string,
  host = LEADER_SEES,
): Readonly<Record<string, string>> {
  const scope = hooks.find((one) => one.key === key)?.scope;
  const progress = rollouts.find((one) => one.scope === scope);
  return { EKIDEN_PREVIEWS: JSON.stringify(previewsOf(progress, host)) };
}
