import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import type { HookMoment } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import type { Deployment } from '../src/core/deployment/index.js';
import type { Turn } from '../src/core/loop/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { abortsLeaveNothing } from './world/checkers/abort-checkers.js';
import { MemoryStore } from './world/memory-store.js';

/*
 * Two rollouts in one deployment: one is promoted, and its old generation is given up with a hook
 * that takes its time; then nobody promotes the other, and the deployment is taken back. The hook
 * is about what ended before (rollouts.md, Hold), not about what is taken back.
 */
class TwoScopes extends RolloutWorld {
  readonly traces: string[] = [];
  private readonly store = new MemoryStore();
  /** What is put in the place of the moment of the hook once everything has been taken back. */
  tamper: HookMoment | undefined;

  constructor() {
    super({ settings: { hasRouter: true } });
    const manual = sampleRollout().blueGreen;
    this.behaviour = (_app, task) => (this.isOfUndo(task) ? { exit: 'TASK_FINISHED' } : {});
    this.setRollout('/shop/first', {
      strategy: 'blueGreen',
      hooks: [{ at: 'afterStop', command: ['./pack'], timeoutSeconds: 3_000, onFailure: 'abort' }],
      blueGreen: { ...manual, promotion: 'automatic', holdSeconds: 5 },
    });
    this.setRollout('/shop/second', {
      strategy: 'blueGreen',
      onFailure: 'rollback',
      blueGreen: { ...manual, promotionDeadlineSeconds: 60 },
    });
    this.put('sleep 100');
    this.onDecided = (turn) => this.look(turn);
  }

  put(cmd: string): string {
    const groups = [
      { id: 'first', apps: [sleeper('db', { cmd })] },
      { id: 'second', apps: [sleeper('load', { cmd })] },
    ];
    const { deploymentId } = accepted(this.putGroup('/shop', { groups }));
    for (let second = 0; second < 20; second += 1) {
      this.advance(seconds(1));
      this.confirm();
    }
    return deploymentId;
  }

  /** The router leads where the routes of the last turn say. */
  confirm(): void {
    const { turn: generation, epoch } = this.state;
    this.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
  }

  /** The way back has the same hook once more, for what it replaces. */
  private isOfUndo(task: TaskId): boolean {
    const { instances, deployments } = this.state.rows;
    const hook = [...instances.values()].find((one) => one.task?.id === task)?.hook;
    return hook !== undefined && deployments.get(hook.deployment)?.undoes !== undefined;
  }

  private look(turn: Turn): void {
    const { draft } = turn;
    const moment = this.tamper;
    const isOver = [...draft.deployments.values()].some(
      ({ undoes, status }) => undoes !== undefined && status === 'succeeded',
    );
    if (moment !== undefined && isOver) {
      for (const row of draft.deployments.values()) {
        const hooks = row.hooks?.map((run) => ({ ...run, at: moment }));
        if (hooks !== undefined) draft.deployments.put(row.id, { ...row, hooks });
      }
    }
    const { state, clock, store } = this;
    this.traces.push(...abortsLeaveNothing.check({ now: clock.now(), state, turn, store }));
  }

  /** Until it has been taken back. */
  fail(): Deployment {
    const id = this.put('sleep 200');
    for (let minute = 0; minute < 3; minute += 1) {
      this.advance(seconds(60));
      this.confirm();
    }
    return this.deploymentOf(id);
  }
}

describe('a deployment that fails after one of its scopes was promoted', () => {
  it('may have a hook left that is about the end of what was promoted over', () => {
    const world = new TwoScopes();
    const failed = world.fail();
    expect(failed.rollouts?.map(({ phase }) => phase)).to.deep.equal(['stopping', 'over']);
    expect(failed.hooks?.map(({ at, state }) => `${at} ${state}`)).to.deep.equal([
      'afterStop running',
    ]);
    const back = [...world.state.rows.deployments.values()].find(
      ({ undoes }) => undoes === failed.id,
    );
    expect(back?.status).to.equal('succeeded');
    expect(world.traces).to.deep.equal([]);
  });

  it('may have no other hook left', () => {
    const world = new TwoScopes();
    world.tamper = 'beforePromote';
    const { id } = world.fail();
    expect(world.traces).to.deep.equal([
      `the command of a hook of /shop/first/db is left of ${id}`,
    ]);
  });
});
