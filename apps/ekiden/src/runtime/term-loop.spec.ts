import { ChanceIdSource, ManualClock, err, millis, ok, seconds, type Result } from '@ekiden/kernel';
import { VirtualScheduler, chanceFor } from '@ekiden/testkit';
import { expect } from 'chai';
import { SmallWorld, changeCommand } from '../../testing/small-world.js';
import { MetricsRegistry } from '../adapters/metrics/index.js';
import type { PathId } from '../core/app/index.js';
import type { Turn } from '../core/loop/index.js';
import { DEFAULT_SETTINGS, viewOf, type Effect, type Reply } from '../core/turn/index.js';
import type { StateView } from '../core/turn/index.js';
import type { CommitFailure, Hosts, LeaderTerm, PreparedTurn, StateStore } from '../ports/index.js';
import { Looks } from './looks.js';
import { RequestDesk } from './request-desk.js';
import { ServiceMeters } from './service-meters.js';
import { TermLoop, type TermEnd } from './term-loop.js';

interface Commit {
  readonly turn: Turn;
  readonly sent: () => void;
  readonly answer: (result: Result<void, CommitFailure>) => void;
}

const ROUNDS_MAX = 1_000;

/** The loop of one term on a store whose every step is the test's. */
class Stage {
  readonly commits: Commit[] = [];
  /** Numbers of turns that were made ready to be written. */
  readonly prepared: number[] = [];
  readonly performed: Effect[] = [];
  readonly replies = new Map<string, Reply>();
  readonly published: StateView[] = [];
  readonly told: number[] = [];
  readonly stop = new AbortController();
  readonly desk: RequestDesk;
  readonly looks: Looks;
  readonly state = new SmallWorld().state;
  readonly before: StateView = viewOf(this.state);
  readonly ended: Promise<TermEnd>;
  end: TermEnd | undefined;

  constructor() {
    const clock = new ManualClock(millis(1_000_000));
    const timers = new VirtualScheduler(clock, chanceFor(1, 'timers'));
    const chance = chanceFor(1, 'turns');
    this.desk = new RequestDesk({
      capacity: 100,
      timeout: seconds(60),
      waitingFor: () => undefined,
    });
    this.looks = new Looks({ timers, patience: seconds(2), capacity: 10 });
    const loop = new TermLoop({
      term: { epoch: 1, stillHeld: () => true } as LeaderTerm,
      state: this.state,
      store: { prepare: this.prepare.bind(this) } as Partial<StateStore> as StateStore,
      hosts: { perform: (effect) => this.performed.push(effect) } as Partial<Hosts> as Hosts,
      desk: this.desk,
      looks: this.looks,
      clock,
      chance,
      ids: new ChanceIdSource(chance),
      settings: DEFAULT_SETTINGS,
      meters: new ServiceMeters(new MetricsRegistry(clock), {
        state: () => undefined,
        mailboxSize: () => 0,
        leadingFor: () => undefined,
      }),
      log: () => undefined,
      publish: (view) => this.published.push(view),
      tell: (events) => this.told.push(...events.map(({ number }) => number)),
    });
    this.ended = loop.run(this.stop.signal);
    void this.ended.then((end) => {
      this.end = end;
    });
  }

  ask(name: string, instances = 0): void {
    const app = { id: `/${name}`, cmd: 'sleep 1', instances, portDefinitions: [] };
    const change = { kind: 'createApp' as const, id: app.id as PathId, app };
    void this.desk.submit(changeCommand(change)).then((reply) => this.replies.set(name, reply));
  }

  /** The commit with that number, from 0, when it has been asked for. */
  async commitNo(at: number): Promise<Commit> {
    await this.until(() => this.commits.length > at);
    return this.commits[at] as Commit;
  }

  async until(holds: () => boolean): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (holds()) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('it did not come about');
  }

  /** Long enough for a turn to be decided. */
  async pass(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  apps(view: StateView | undefined): readonly string[] {
    return [...(view?.root.apps.values() ?? [])].map(({ id }) => id).sort();
  }

  private prepare(_term: LeaderTerm, turn: Turn): Promise<PreparedTurn> {
    this.prepared.push(turn.number);
    return Promise.resolve({
      commit: (sent: () => void = () => undefined) => {
        if (this.stop.signal.aborted) return Promise.resolve(ok(undefined));
        return new Promise((answer) => this.commits.push({ turn, sent, answer }));
      },
    });
  }
}

/** A stage on which `first` is being written, and `second` was asked for meanwhile. */
async function twoTurns(stage: Stage): Promise<Commit> {
  stage.ask('first', 2);
  const first = await stage.commitNo(0);
  // Of the turn that had nothing to write.
  stage.published.length = 0;
  stage.ask('second');
  first.sent();
  await stage.pass();
  return first;
}

describe('the loop of a term', () => {
  let stage: Stage;

  beforeEach(() => {
    stage = new Stage();
  });

  afterEach(async () => {
    stage.stop.abort();
    for (const { answer } of stage.commits) answer(ok(undefined));
    await stage.ended;
  });

  it('decides the next turn while the database works on one, and writes it after that', async () => {
    const first = await twoTurns(stage);
    expect(stage.desk.waiting, 'taken').to.equal(0);
    expect(stage.commits).to.have.length(1);
    expect(stage.prepared, 'ready').to.deep.equal([first.turn.number, first.turn.number + 1]);
    first.answer(ok(undefined));
    const second = await stage.commitNo(1);
    expect(second.turn.number).to.equal(first.turn.number + 1);
    expect(second.turn.events[0]?.number).to.equal((first.turn.events.at(-1)?.number ?? 0) + 1);
  });

  it('shows, answers, tells and does nothing of a turn before its own commit', async () => {
    const first = await twoTurns(stage);
    expect(stage.apps(stage.before)).to.deep.equal([]);
    expect(stage.before.instances.count('app', '/first')).to.equal(0);
    expect([stage.published.length, stage.told.length, stage.performed.length]).to.deep.equal([
      0, 0, 0,
    ]);
    expect(stage.replies.size).to.equal(0);
    first.answer(ok(undefined));
    await stage.commitNo(1);
    expect([...stage.replies.keys()]).to.deep.equal(['first']);
    expect(stage.apps(stage.published.at(-1))).to.deep.equal(['/first']);
    expect(stage.performed.map(({ kind }) => kind)).to.deep.equal(['launch', 'launch']);
    expect(stage.told).to.deep.equal(first.turn.events.map(({ number }) => number));
  });

  it('acts on a turn that is stored before the next one is sent', async () => {
    const first = await twoTurns(stage);
    first.answer(ok(undefined));
    const second = await stage.commitNo(1);
    expect(stage.published.length).to.equal(1);
    second.sent();
    second.answer(ok(undefined));
    await stage.until(() => stage.replies.has('second'));
    expect(stage.apps(stage.published.at(-1))).to.deep.equal(['/first', '/second']);
  });

  for (const kind of ['unavailable', 'conflict', 'deposed'] as const) {
    it(`drops the next turn with one that fails (${kind}), and gives both back in order`, async () => {
      const first = await twoTurns(stage);
      first.answer(err({ kind, reason: 'it is away' }));
      await stage.until(() => stage.end !== undefined);
      expect(stage.commits).to.have.length(1);
      expect(stage.end?.unsure).to.equal(undefined);
      expect(stage.replies.size).to.equal(0);
      expect([stage.published.length, stage.performed.length]).to.deep.equal([0, 0]);
      // Readers keep what was committed last.
      expect(stage.apps(stage.before)).to.deep.equal([]);
      expect(stage.desk.take(10).map(appOf)).to.deep.equal(['/first', '/second']);
    });
  }

  it('keeps what may be stored apart from what is not, and its commands go first', async () => {
    const first = await twoTurns(stage);
    first.answer(err({ kind: 'unknown', reason: 'it does not answer' }));
    await stage.until(() => stage.end !== undefined);
    const unsure = stage.end?.unsure;
    expect(unsure?.turn).to.equal(first.turn);
    expect(unsure?.batch.map(appOf)).to.deep.equal(['/first']);
    stage.desk.giveBack(unsure?.batch ?? [], { first: true });
    expect(stage.desk.take(10).map(appOf)).to.deep.equal(['/first', '/second']);
  });

  it('hears what became of what was decided when it is stopped', async () => {
    const first = await twoTurns(stage);
    stage.stop.abort();
    await stage.pass();
    expect(stage.end).to.equal(undefined);
    first.answer(ok(undefined));
    await stage.until(() => stage.end !== undefined);
    expect([...stage.replies.keys()]).to.deep.equal(['first', 'second']);
  });

  it('lets readers look at the books although turns follow each other closely', async () => {
    const first = await twoTurns(stage);
    const seen = stage.looks.look(({ state }) => stage.apps(state));
    stage.ask('third');
    first.answer(ok(undefined));
    const second = await stage.commitNo(1);
    second.sent();
    await stage.pass();
    second.answer(ok(undefined));
    expect(await seen).to.deep.equal(['/first', '/second']);
  });
});

function appOf({ command }: ReturnType<RequestDesk['take']>[number]): string {
  return command.kind === 'changeRoot' && command.change.kind === 'createApp'
    ? command.change.id
    : command.kind;
}
