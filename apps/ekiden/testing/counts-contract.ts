import { expect } from 'chai';
import type { TaskId } from '@ekiden/kernel';
import type { RequestListener } from 'node:http';
import type { Listen } from '../src/core/traffic/index.js';
import type { BackendTraffic } from '../src/ports/index.js';
import { httpRouteTo, tableOf } from './router-contract.js';
import type { SocketStage } from './socket-stage.js';

const SLOW_MS = 60;

const FAILS: RequestListener = (_request, response) => {
  response.statusCode = 500;
  response.end();
};

const IS_SLOW: RequestListener = (_request, response) => {
  setTimeout(() => response.end('slow'), SLOW_MS);
};

/** What rollouts are judged by: counters of routers that count. */
export function countsContract(make: () => Promise<SocketStage>): void {
  describe('counters', () => {
    let stage: SocketStage;
    let listen: Listen;

    beforeEach(async () => {
      stage = await make();
      listen = await stage.freeListen();
    });
    afterEach(async () => {
      await stage.close();
    });

    const counted = async (): Promise<ReadonlyMap<TaskId, BackendTraffic>> => {
      const outcome = await stage.router.traffic?.();
      if (outcome?.ok !== true) throw new Error(`not counted: ${JSON.stringify(outcome)}`);
      return new Map(outcome.value.map((one) => [one.taskId, one]));
    };
    const figures = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        [...(await counted())]
          .map(([task, { requests, errors }]) => [task, `${requests}/${errors}`] as const)
          .sort(),
      );
    const ask = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i += 1) await stage.request(listen);
    };

    it('tell requests and failures of each task', async () => {
      const backends = [await stage.httpBackend('good'), await stage.answering('ill', FAILS)];
      await stage.router.apply(tableOf(1, [httpRouteTo(listen, backends)]));
      await ask(6);
      expect(await figures()).to.deep.equal({ good: '3/0', ill: '3/3' });
    });

    it('tell failures of a task that nobody answers for', async () => {
      const backends = [await stage.httpBackend('good'), await stage.deadBackend('dead')];
      await stage.router.apply(tableOf(1, [httpRouteTo(listen, backends)]));
      await ask(6);
      const all = await counted();
      expect(all.get('dead' as TaskId)?.errors).to.be.greaterThan(0);
      expect(all.get('good' as TaskId)).to.include({ requests: 6, errors: 0 });
    });

    it('tell how long the heads of responses took', async () => {
      const backends = [await stage.httpBackend('quick'), await stage.answering('slow', IS_SLOW)];
      await stage.router.apply(tableOf(1, [httpRouteTo(listen, backends)]));
      await ask(8);
      const all = await counted();
      const mean = (task: string): number => {
        const { requests = 0, seconds = 0 } = all.get(task as TaskId) ?? {};
        return (seconds * 1_000) / requests;
      };
      expect(mean('slow')).to.be.within(SLOW_MS * 0.8, SLOW_MS * 10);
      expect(mean('quick')).to.be.lessThan(mean('slow') / 2);
    });

    it('go on when the routes change', async () => {
      const [a, b] = [await stage.httpBackend('a'), await stage.answering('b', FAILS)];
      await stage.router.apply(tableOf(1, [httpRouteTo(listen, [a, b])]));
      await ask(4);
      expect(await figures()).to.deep.equal({ a: '2/0', b: '2/2' });
      const another = httpRouteTo(await stage.freeListen(), [a, b]);
      const weighted = httpRouteTo(listen, [{ ...a, weight: 0 }, b]);
      await stage.router.apply(tableOf(2, [weighted, another]));
      await ask(3);
      expect(await figures()).to.deep.equal({ a: '2/0', b: '5/5' });
    });
  });
}
