import type { AppWire, PathId } from '../src/core/app/index.js';
import { verbOf, type DeploymentPlan } from '../src/core/deployment/index.js';
import { appsBelow, groupsBelow, treeOf, type GroupWire } from '../src/core/group/index.js';
import type { Answer, Reply, RootChange } from '../src/core/turn/index.js';
import type { Violation } from '../src/core/violation.js';
import { SmallWorld, changeCommand } from './small-world.js';

type Deployed = Extract<Answer, { kind: 'deployed' }>;

/** A small world spoken to in groups. Replies other than the expected kind throw. */
export class GroupWorld extends SmallWorld {
  createGroup(id: string, group: GroupWire): Reply {
    return this.change({ kind: 'createGroup', id: id as PathId, group });
  }

  putGroup(id: string, group: GroupWire, force = false): Reply {
    return this.change({ kind: 'updateGroup', id: id as PathId, group }, force);
  }

  scaleGroup(id: string, by: number): Reply {
    return this.change({ kind: 'scaleGroup', id: id as PathId, by });
  }

  deleteGroup(id: string, force = false): Reply {
    return this.change({ kind: 'deleteGroup', id: id as PathId }, force);
  }

  /** What `PUT {version}` asks the core for, the present state being the stored one. */
  snapshotOf(id: string): RootChange {
    const tree = treeOf(this.state.rows);
    const self = tree.group(id as PathId);
    return {
      kind: 'restoreGroup',
      id: id as PathId,
      version: this.state.rootVersion,
      snapshot: {
        apps: appsBelow(tree, id as PathId),
        groups: [...(self === undefined ? [] : [self]), ...groupsBelow(tree, id as PathId)],
      },
    };
  }

  /** The steps that a change would take. */
  planOf(change: RootChange): string[] {
    const reply = this.send({ ...changeCommand(change), dryRun: true } as never);
    if (reply.kind !== 'planned') throw new Error(`not planned: ${JSON.stringify(reply)}`);
    return stepsOf(reply.plan);
  }

  /** The steps that an accepted change took. */
  stepsTaken(reply: Reply): string[] {
    const { deploymentId } = accepted(reply);
    const deployment = this.state.rows.deployments.get(deploymentId);
    if (deployment === undefined) throw new Error(`no deployment ${deploymentId}`);
    return stepsOf(deployment.plan);
  }

  get groupIds(): string[] {
    return groupsBelow(treeOf(this.state.rows), '/' as PathId)
      .map(({ id }) => id as string)
      .sort();
  }

  get appIds(): string[] {
    return [...this.state.rows.apps.values()].map(({ id }) => id as string).sort();
  }

  instanceIds(app: string): string[] {
    return this.instances(app).map(({ id }) => id as string);
  }

  /** Ids of deployments that have not come to an end. */
  get running(): string[] {
    return this.state.rows.deployments.by('status', 'running').map(({ id }) => id);
  }
}

/** A small app. */
export function sleeper(id: string, given: AppWire = {}): AppWire {
  return { id, cmd: 'sleep 100', cpus: 0.01, mem: 1, portDefinitions: [], ...given };
}

export function accepted(reply: Reply): Deployed {
  if (reply.kind !== 'deployed') throw new Error(`not accepted: ${JSON.stringify(reply)}`);
  return reply;
}

export function violationsIn(reply: Reply): readonly Violation[] {
  if (reply.kind !== 'invalid') throw new Error(`not refused: ${JSON.stringify(reply)}`);
  return reply.violations;
}

/** `scale /a /b` per step, apps and pods in order of their ids. */
export function stepsOf(plan: DeploymentPlan): string[] {
  return plan.steps.map(({ actions }) => {
    const verbs = [...new Set(actions.map(verbOf))].sort();
    return verbs
      .map((verb) => {
        const apps = actions.filter((one) => verbOf(one) === verb).map(({ app }) => app);
        return [verb.toLowerCase(), ...apps.sort()].join(' ');
      })
      .join(', ');
  });
}
