import type { PathId } from '../app/index.js';
import { rolloutsUnderWay, type Deployment, type Twin } from '../deployment/index.js';
import { hasPreview, tcpServicePorts } from '../traffic/index.js';
import type { Draft, TurnContext } from '../turn/index.js';

/**
 * Gives every version that is not live yet its preview ports, one per TCP service port of its app,
 * and takes them back when it is live or given up (rollouts.md, Preview). Where the range is used
 * up some have none: their `http` ports can still be asked for by header.
 */
export function tendPreviewPorts({
  draft,
  settings,
}: Pick<TurnContext, 'draft' | 'settings'>): void {
  const rows = withRollouts(draft);
  if (rows.length === 0) return;
  const taken = new Set(rows.flatMap(portsOf));
  const { min, max } = settings.previewPorts;
  let next = min;
  const take = (): number => {
    while (next <= max && (taken.has(next) || isServicePort(draft, next))) next += 1;
    next += 1;
    return next <= max + 1 ? next - 1 : 0;
  };
  for (const row of rows) {
    const rollouts = row.rollouts?.map((progress) => {
      const twins = progress.twins.map((twin) =>
        hasPreview(progress) ? withPorts(draft, twin, take) : withoutPorts(twin),
      );
      const same = twins.every((twin, index) => twin === progress.twins[index]);
      return same ? progress : { ...progress, twins };
    });
    if (rollouts?.some((progress, index) => progress !== row.rollouts?.[index]) === true) {
      draft.deployments.put(row.id, { ...row, rollouts });
    }
  }
}

/** Those under way, and those that this turn has ended. */
function withRollouts(draft: Draft): readonly Deployment[] {
  const found = new Map(draft.deployments.by('rollout', 'yes').map((row) => [row.id, row]));
  for (const [id, row] of draft.deployments.changes()) {
    if (row?.rollouts !== undefined) found.set(id, row);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function portsOf(row: Deployment): readonly number[] {
  return rolloutsUnderWay(row).flatMap(({ twins }) =>
    twins.flatMap(({ previewPorts = [] }) => previewPorts),
  );
}

function isServicePort({ apps }: Draft, port: number): boolean {
  return apps.by('servicePort', `${port}`).length > 0;
}

function withPorts(draft: Draft, twin: Twin, take: () => number): Twin {
  const needed = neededPorts(draft, twin.id);
  if (twin.previewPorts !== undefined || needed.length === 0) return twin;
  const last = Math.max(...needed);
  const previewPorts = Array.from({ length: last + 1 }, (_, index) =>
    needed.includes(index) ? take() : 0,
  );
  return { ...twin, previewPorts };
}

function neededPorts({ apps }: Draft, id: PathId): readonly number[] {
  const app = apps.get(id);
  return app === undefined ? [] : tcpServicePorts(app).map(({ portIndex }) => portIndex);
}

function withoutPorts(twin: Twin): Twin {
  if (twin.previewPorts === undefined) return twin;
  const { previewPorts: _ports, ...rest } = twin;
  return rest;
}
