import { expect } from 'chai';
import fc from 'fast-check';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { UpgradeWorld, WEB, type Shares } from '../../../testing/upgrade-world.js';
import { maximumCapacity, minimumHealthy } from '../deployment/index.js';
import type { Instance } from '../instance/index.js';

/** What happens while an upgrade runs; `pick` chooses among those it can happen to. */
type Happening = readonly [what: What, pick: number];

const WHAT = [
  'time passes',
  'one moves on',
  'one moves on',
  'one moves on',
  'all move on',
  'a check is asked',
  'one turns ill',
  'one turns well',
  'one crashes',
  'an operator kills one',
  'a host is lost',
  'a host comes back',
  'the leader changes',
  'the number changes',
  'the next version comes',
] as const;
type What = (typeof WHAT)[number];
type OfAll = Extract<What, `${string}host ${string}` | `the ${string}`>;

const happenings = fc.array(fc.tuple(fc.constantFrom(...WHAT), fc.nat(99)), { maxLength: 40 });
const share = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
const cases = fc.record({
  instances: fc.integer({ min: 1, max: 6 }),
  shares: fc.tuple(share, share),
  checked: fc.boolean(),
  happenings,
});

const HOSTS = 3;
const ROOM = 'cpus:8;mem:8192;disk:1000;ports:[31000-31100]';

/** An upgrade that random things happen to, its promises looked at in every turn. */
class Trial {
  readonly world: UpgradeWorld;
  readonly faults: string[] = [];
  private readonly shares: Shares;
  private readonly ill = new Set<string>();
  private readonly lost: AgentId[] = [];
  private version = 1;
  private before = new Map<string, Instance>();

  constructor(instances: number, shares: Shares, checked: boolean) {
    this.shares = shares;
    this.world = new UpgradeWorld({ agents: Array<string>(HOSTS).fill(ROOM) });
    this.world.isWell = ({ id }) => !this.ill.has(id);
    this.world.post(instances, {
      shares,
      checked,
      unreachableStrategy: { inactiveAfterSeconds: 20, expungeAfterSeconds: 40 },
    });
    this.note();
    const measured = this.world.small.onTurn;
    this.world.small.onTurn = () => {
      measured();
      this.judge();
      this.note();
    };
    this.upgrade();
  }

  happen([what, pick]: Happening): void {
    const { world } = this;
    switch (what) {
      case 'time passes':
        world.small.advance(seconds(5 + (pick % 30)));
        return;
      case 'one moves on': {
        const task = choose(this.heldTasks(), pick);
        if (task !== undefined) world.letGo(task);
        return;
      }
      case 'all move on':
        for (const task of this.heldTasks()) world.letGo(task);
        return;
      case 'a check is asked':
        world.pass(1);
        return;
      case 'one turns ill':
      case 'one turns well': {
        const instance = choose(world.alive(), pick);
        if (instance === undefined) return;
        if (what === 'one turns ill') this.ill.add(instance.id);
        else this.ill.delete(instance.id);
        world.pass(1);
        return;
      }
      case 'one crashes': {
        const task = choose(world.alive(), pick)?.task;
        const known = task && world.small.tasks.has(task.id) && !this.lost.includes(task.agentId);
        if (known === true) world.small.report(task.id, 'TASK_FAILED');
        world.small.settle();
        return;
      }
      case 'an operator kills one':
        world.kill(choose(world.alive(), pick));
        return;
      case 'a host is lost':
      case 'a host comes back':
      case 'the leader changes':
      case 'the number changes':
      case 'the next version comes':
        this.happenToAll(what, pick);
    }
  }

  /** Nothing goes wrong any more. */
  heal(): void {
    this.ill.clear();
    while (this.lost.length > 0) this.happenToAll('a host comes back', 0);
    this.world.finish();
    this.world.pass(30);
  }

  get expected(): string {
    return `v${this.version}:${this.wanted}`;
  }

  private happenToAll(what: OfAll, pick: number): void {
    const { small } = this.world;
    switch (what) {
      case 'the next version comes':
        this.upgrade();
        return;
      case 'the leader changes':
        small.newTerm();
        return;
      case 'the number changes':
        this.world.put({ instances: 1 + (pick % 6) }, true);
        return;
      case 'a host is lost': {
        const host = `agent-${1 + (pick % HOSTS)}` as AgentId;
        if (this.lost.length === HOSTS - 1 || this.lost.includes(host)) return;
        this.lost.push(host);
        small.lose(host, 'lost');
        return;
      }
      case 'a host comes back': {
        const host = this.lost.pop();
        if (host !== undefined) small.giveBack(host);
      }
    }
  }

  private upgrade(): void {
    this.version += 1;
    const cmd = `v${this.version}`;
    this.world.slow.add(cmd);
    this.world.undying.add(cmd).add('v1');
    this.world.put({ cmd }, true);
  }

  private heldTasks(): readonly TaskId[] {
    return [...this.world.small.tasks]
      .filter(([, { state, killAsked, agentId }]) => {
        const held = killAsked || state === 'TASK_STARTING';
        return held && !this.lost.includes(agentId);
      })
      .map(([id]) => id);
  }

  private get wanted(): number {
    return this.world.small.view.root.apps.get(WEB)?.instances ?? 0;
  }

  private note(): void {
    this.before = new Map(this.world.instances().map((one) => [one.id, one]));
  }

  /** What has changed in this turn by our doing is within the bounds. */
  private judge(): void {
    const { world, before, wanted } = this;
    const [minimumHealthCapacity, maximumOverCapacity] = this.shares;
    const strategy = { minimumHealthCapacity, maximumOverCapacity };
    const floor = minimumHealthy(wanted, strategy);
    const given = world.instances().filter((one) => {
      const { id, goal, kill } = one;
      const ours = kill?.reason === 'upgrading' || kill?.reason === 'scaling';
      const now = goal !== 'Running' && before.get(id)?.goal === 'Running';
      return ours && now && world.doesItsWork(one);
    });
    const left = world.healthy().length;
    if (given.length > 0 && left < floor) {
      this.faults.push(`${left} healthy are left of ${floor}, ${given.length} were given up`);
    }
    const born = world.instances().some(({ id }) => !before.has(id));
    const cap = maximumCapacity(wanted, strategy);
    const alive = world.alive().length;
    if (born && alive > (floor === cap ? cap + 1 : cap)) {
      this.faults.push(`${alive} are alive, at most ${cap} may be`);
    }
  }
}

function choose<T>(among: readonly T[], pick: number): T | undefined {
  return among[pick % Math.max(1, among.length)];
}

describe('rolling upgrades, whatever happens', () => {
  const numRuns = testRun.long ? 3_000 : 120;

  it('take no healthy instance below the promised minimum, start none beyond the cap, and end', () => {
    fc.assert(
      fc.property(cases, ({ instances, shares, checked, happenings: all }) => {
        const trial = new Trial(instances, shares, checked);
        for (const one of all) trial.happen(one);
        trial.heal();
        expect(trial.faults.join('; ')).to.equal('');
        expect([trial.world.tally(), trial.world.isDeploying]).to.deep.equal([
          trial.expected,
          false,
        ]);
      }),
      { numRuns },
    );
  }).timeout(testRun.long ? 600_000 : 60_000);
});
