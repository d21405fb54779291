import { millis, runSteps, type IdSource } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../../../apps/ekiden/src/core/app/index.js';
import {
  applyToRoot,
  planChanges,
  type Planning,
  type ProposedChange,
} from '../../../apps/ekiden/src/core/commands/index.js';
import { sampleApp, sampleContext } from '../../../apps/ekiden/src/core/app/sample-app.js';
import type { DeploymentPlan } from '../../../apps/ekiden/src/core/deployment/index.js';
import { buildPod, type PodWire } from '../../../apps/ekiden/src/core/pod/index.js';
import {
  DEFAULT_SETTINGS,
  Draft,
  emptyMemory,
  emptyRows,
} from '../../../apps/ekiden/src/core/turn/index.js';

/** Apps that depend on the one before, until a chain is this long and a new one begins. */
const CHAIN = 10;

const NO_IDS: IdSource = {
  random: () => 'plan',
  timeBased: () => 'plan',
  sortable: () => 'plan',
};

/** `/group-3/app-42`, ten chains of ten to a group, each app on the one before in its chain. */
export function chainedApps(count: number): readonly AppDefinition[] {
  return Array.from({ length: count }, (_, n) => {
    const dependencies = n % CHAIN === 0 ? [] : [idOf(n - 1)];
    return appOf(idOf(n), { dependencies });
  });
}

function idOf(n: number): string {
  return `/group-${Math.floor(n / 100)}/app-${n}`;
}

/** An app without ports: what those cost is measured apart. */
export function appOf(id: string, fields: object = {}): AppDefinition {
  const wire = { cmd: 'sleep 1000', cpus: 0.1, mem: 32, portDefinitions: [], ...fields };
  return sampleApp(wire, sampleContext({ id: id as PathId }));
}

export function podOf(id: string): AppDefinition {
  const container = {
    name: 'main',
    exec: { command: { shell: 'sleep 1000' } },
    resources: { cpus: 0.1, mem: 32 },
  };
  const wire: PodWire = { id, containers: [container] };
  const built = buildPod(wire, undefined, sampleContext({ id: id as PathId }));
  if (!built.ok) throw new Error(JSON.stringify(built.error));
  return built.value;
}

/** A root with everything given in it and nothing that runs. */
export function rootOf(specs: readonly AppDefinition[]): Planning {
  const rows = emptyRows();
  const draft = new Draft({ rows, memory: emptyMemory(), rootVersion: millis(0) });
  const planning = { draft, settings: DEFAULT_SETTINGS, ids: NO_IDS };
  const changes = specs.map((after) => ({ id: after.id, after }));
  runSteps(applyToRoot(planning, { changes, groupChanges: [] }));
  // Kept as rows: a plan is made of what is committed, not of a draft of it.
  draft.apps.merge();
  draft.groups.merge();
  draft.appVersions.merge();
  return { ...planning, draft: new Draft({ rows, memory: emptyMemory(), rootVersion: millis(0) }) };
}

/** What a write of these changes does between its documents and its commit. */
export function plan(planning: Planning, changes: readonly ProposedChange[]): DeploymentPlan {
  const adoption = { changes, version: millis(9_000), force: false };
  const planned = runSteps(planChanges(planning, adoption));
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
}

/** The same app with another command. */
export function changed(before: AppDefinition): ProposedChange {
  return { id: before.id, before, after: { ...before, cmd: 'sleep 1001' } };
}
