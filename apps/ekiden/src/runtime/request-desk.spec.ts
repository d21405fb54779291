import { expect } from 'chai';
import { millis, type AgentId } from '@ekiden/kernel';
import type { ApiCommand, Reply, WorldCommand } from '../core/turn/index.js';
import { RequestDesk } from './request-desk.js';

const ASKED: ApiCommand = { kind: 'resetDelay', app: '/a' as never };

function report(n: number): WorldCommand {
  const status = { taskId: `t${n}`, agentId: 'a' as AgentId, state: 'TASK_RUNNING' };
  return { kind: 'hostStatus', status } as unknown as WorldCommand;
}

describe('the desk', () => {
  function desk(capacity: number): RequestDesk {
    return new RequestDesk({ capacity, timeout: millis(60_000), waitingFor: () => undefined });
  }

  it('keeps room for requests, however many reports hosts send', () => {
    const full = desk(100);
    let taken = 0;
    for (let n = 0; n < 1_000; n += 1) if (full.report(report(n))) taken += 1;
    expect(taken).to.equal(90);
    const replies: Reply[] = [];
    for (let n = 0; n < 11; n += 1) {
      void full.submit(ASKED).then((reply) => replies.push(reply));
    }
    expect(full.waiting).to.equal(100);
    const batch = full.take(1_000);
    expect(
      batch.map(({ command }) => command.kind).filter((k) => k === 'resetDelay'),
    ).to.have.length(10);
    for (const request of batch) request.answer({ kind: 'done' });
  });

  it('tells the first request that finds no room to come again', async () => {
    const full = desk(1);
    const first = full.submit(ASKED);
    const reply = await full.submit(ASKED);
    expect(reply).to.include({ kind: 'unavailable' });
    for (const request of full.take(1)) request.answer({ kind: 'done' });
    expect(await first).to.deep.equal({ kind: 'done' });
  });

  it('takes reports although it is tiny', () => {
    expect(desk(1).report(report(1))).to.equal(true);
  });
});
