import { expect } from 'chai';
import { pruneHistory } from './prune-history.js';

/** Runs the pruner over `left` old events; its pauses pass at once, `rounds` long ones in all. */
async function prune(
  left: number,
  how: { rounds: number; batch?: number; failing?: boolean; held?: () => boolean },
): Promise<{
  readonly left: number;
  readonly calls: number;
  readonly versionCalls: number;
  readonly logged: readonly string[];
}> {
  const over = new AbortController();
  const logged: string[] = [];
  const outcome = { left, calls: 0, versionCalls: 0, logged };
  let rounds = 0;
  await pruneHistory(
    {
      eventsKept: 1_000,
      versionsKept: { versions: 50, roots: 60 },
      term: { stillHeld: how.held ?? (() => true) },
      log: ({ event }) => logged.push(event),
      store: {
        pruneEvents: (keep) => {
          expect(keep).to.equal(1_000);
          outcome.calls += 1;
          if (how.failing === true) return Promise.reject(new Error('the database is away'));
          const removed = Math.min(outcome.left, how.batch ?? 10);
          outcome.left -= removed;
          return Promise.resolve({ removed, more: removed > 0 });
        },
        pruneVersions: (kept) => {
          expect(kept).to.deep.equal({ versions: 50, roots: 60 });
          outcome.versionCalls += 1;
          return Promise.resolve({ removed: 1, more: outcome.versionCalls % 3 !== 0 });
        },
      },
      pause: (delay) => {
        if (delay >= 60_000) rounds += 1;
        if (rounds > how.rounds) over.abort();
        return Promise.resolve();
      },
    },
    over.signal,
  );
  return outcome;
}

describe('pruning what grows without end', () => {
  it('goes on in small batches until nothing old is left', async () => {
    const { left, logged } = await prune(35, { rounds: 1 });
    expect([left, logged]).to.deep.equal([0, ['events-pruned', 'versions-pruned']]);
  });

  it('leaves to the next round what is too much for one', async () => {
    expect((await prune(150, { rounds: 1, batch: 1 })).left).to.equal(50);
    expect((await prune(150, { rounds: 2, batch: 1 })).left).to.equal(0);
  });

  it('goes through old versions in steps, as far as a round goes', async () => {
    expect((await prune(0, { rounds: 2 })).versionCalls).to.equal(6);
  });

  it('outlives a database that is away', async () => {
    const { calls, logged } = await prune(35, { rounds: 3, failing: true });
    expect(calls).to.equal(3);
    expect(new Set(logged)).to.deep.equal(new Set(['events-pruning-failed', 'versions-pruned']));
  });

  it('ends with the term', async () => {
    let looks = 0;
    const { calls } = await prune(35, { rounds: 9, held: () => (looks += 1) <= 3 });
    expect(calls).to.equal(2);
  });
});
