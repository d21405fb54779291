import { millis, seconds, type Chance } from '@ekiden/kernel';
import type { VirtualScheduler } from '@ekiden/testkit';
import {
  hookOfRun,
  isAwaited,
  needsHands,
  rolloutBy,
  type Deployment,
  type HookRun,
} from '../../src/core/deployment/index.js';
import { viewOf, type ServiceState, type WorldCommand } from '../../src/core/turn/index.js';
import { hookConductIn } from './conduct.js';

export interface SimulatedHooksOptions {
  readonly scheduler: VirtualScheduler;
  readonly chance: Chance;
  readonly state: () => ServiceState;
  readonly tell: (report: WorldCommand) => void;
}

const ANSWERS_WITHIN = seconds(4);

/**
 * Whoever makes the calls of hooks and reads what their commands wrote, and the servers that are
 * called: each is done once in a term, and done anew in the next unless its outcome was committed.
 */
export class SimulatedHooks {
  private readonly options: SimulatedHooksOptions;
  private readonly underWay = new Set<string>();
  private epoch = 0;
  private isWell = false;

  constructor(options: SimulatedHooksOptions) {
    this.options = options;
  }

  heal(): void {
    this.isWell = true;
  }

  /** Between turns: begins what is to be done and is not under way. */
  look(): void {
    const { rows, epoch } = this.options.state();
    if (this.epoch !== epoch) {
      this.epoch = epoch;
      this.underWay.clear();
    }
    for (const deployment of rows.deployments.by('errands', 'yes')) {
      for (const run of deployment.hooks ?? []) {
        if (needsHands(run) && (run.kind === 'command' || isAwaited(deployment, run))) {
          this.begin(deployment, run);
        }
      }
    }
  }

  private begin(deployment: Deployment, run: HookRun): void {
    const { key, attempt, kind } = run;
    const errand = `${deployment.id} ${key} ${attempt}`;
    if (this.underWay.has(errand)) return;
    this.underWay.add(errand);
    const ref = { deployment: deployment.id, key, attempt } as const;
    const soon = this.options.chance.int(ANSWERS_WITHIN);
    if (kind === 'command') this.report(soon, { kind: 'hookOutput', ...ref, output: 'said' });
    else this.call(deployment, run, soon);
  }

  private call(deployment: Deployment, run: HookRun, soon: number): void {
    const { root } = viewOf(this.options.state());
    const { key, attempt } = run;
    const result = { kind: 'hookResult', deployment: deployment.id, key, attempt } as const;
    const rollout = rolloutBy(deployment.plan, root, run.app);
    const hook = rollout?.scope === run.scope ? hookOfRun(rollout.settings.hooks, run) : undefined;
    if (hook?.http === undefined) {
      const reason = 'it is not part of the rollout any more';
      this.report(soon, { ...result, ok: false, reason, output: '' });
      return;
    }
    const conduct = this.isWell ? 'well' : hookConductIn(hook.http.url);
    if (conduct === 'never') {
      const reason = 'there was no answer in time';
      const after = seconds(hook.timeoutSeconds);
      this.report(after, { ...result, ok: false, reason, output: '' });
      return;
    }
    const ok = conduct === 'well';
    this.report(soon, { ...result, ok, reason: `status ${ok ? 200 : 500}`, output: 'answer' });
  }

  private report(after: number, report: WorldCommand): void {
    const { scheduler, state, tell } = this.options;
    const { epoch } = state();
    scheduler.after(millis(after), () => {
      if (state().epoch === epoch) tell(report);
    });
  }
}
