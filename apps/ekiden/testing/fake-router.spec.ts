import type { TaskId } from '@ekiden/kernel';
import type { Backend, Listen } from '../src/core/traffic/index.js';
import { FakeRouter, listenKey } from './fake-router.js';
import { routerContract, type RouterStage } from './router-contract.js';

/** Connections are questions to the table: the next backend by turns, dead ones passed over. */
function fakeStage(): Promise<RouterStage> {
  const router = new FakeRouter();
  const dead = new Set<string>();
  let port = 10_000;
  let asked = 0;
  const backend = (name: string): Promise<Backend> => {
    port += 1;
    return Promise.resolve({ host: '127.0.0.1', port, weight: 1, taskId: name as TaskId });
  };
  return Promise.resolve({
    router,
    backend,
    freeListen: (): Promise<Listen> => {
      port += 1;
      return Promise.resolve({ port, address: '127.0.0.1' });
    },
    deadBackend: async (name) => {
      dead.add(name);
      return backend(name);
    },
    occupy: (listen) => {
      router.occupied.add(listenKey(listen));
      return Promise.resolve();
    },
    ask: (listen) => {
      const route = router.routeAt(listen);
      if (route === undefined) return Promise.resolve(undefined);
      const turns = route.backends
        .filter(({ taskId }) => !dead.has(taskId))
        .flatMap(({ taskId, weight }) => Array.from({ length: weight }, () => taskId as string));
      asked += 1;
      return Promise.resolve(turns.length === 0 ? '' : (turns[asked % turns.length] ?? ''));
    },
    close: () => Promise.resolve(),
  });
}

describe('the fake router', () => {
  routerContract(fakeStage);
});
