import { expect } from 'chai';
import { until, useService, type Received } from '../support/index.js';
import { AnswerChecker } from './answer-checker.js';
import { ACTS, stepsOf, type Step } from './play-order.js';
import { liveDocument, operationOf, tryOut, type Operation } from './served-document.js';

/** One example is there to wait for room; what needs an engine waits as well. */
const WAITS = ['/too-big', '/nginx', '/sidecar', '/cart'];

/** Acts in which everything is refused, and how. */
const REFUSED = new Map([
  ['finds no task to decide about', 404],
  ['has no data to show', 404],
  ['leaves plugins alone', 404],
  ['asks for no session', 426],
  ['gives up no agent that answers', 409],
  ['promotes nothing that has ended', 409],
  ['aborts nothing that has ended', 409],
]);

/** Acts that are about what waits. */
const OF_WAITING = [
  'waits no longer',
  'holds what waits, and lets it go on',
  'gives up what waits',
];

describe('The examples of the API document, tried out one after the other', function play() {
  this.timeout(20_000);
  // no engine: nothing is to be fetched from anywhere
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });

  let checker: AnswerChecker | undefined;

  /** Nothing is under way any more but what waits for room, and that no longer if it is stopped. */
  async function settle({ stopWaiting }: { readonly stopWaiting: boolean }): Promise<void> {
    const { api } = service();
    await until(
      async () => {
        const running = await api.deployments();
        for (const { id, affectedApps, affectedPods } of running) {
          const waits = [...affectedApps, ...affectedPods].every((one) => WAITS.includes(one));
          if (!waits) return false;
          if (stopWaiting) await api.send('DELETE', `/v2/deployments/${id}?force=true`);
        }
        return !stopWaiting || running.length === 0;
      },
      'the end of all deployments',
      15_000,
    );
  }

  /** Presses "Execute", and holds what comes against the document. */
  async function execute(
    step: Step,
    stopWaiting: boolean,
    expected: (operation: Operation) => number[],
  ): Promise<void> {
    const { method, path, example = 'no body' } = step;
    if (method !== 'get') await settle({ stopWaiting });
    const document = await liveDocument(service().api);
    const operation = operationOf(document, method, path);
    const { url, body } = tryOut(document, step);
    const received =
      path === '/v2/events'
        ? await stream(service().url + url)
        : await service().api.send(method.toUpperCase(), url, body);
    const what = `${method} ${path} (${example}): ${received.status} ${received.text.slice(0, 300)}`;
    expect(expected(operation), what).to.include(received.status);
    checker ??= new AnswerChecker(document);
    const answer = operation.responses[String(received.status)];
    const wrong = answer === undefined ? ['undocumented'] : checker.wrongIn(received, answer);
    expect(wrong, what).to.deep.equal([]);
  }

  async function playAct(name: string, expected = successes): Promise<void> {
    await settle({ stopWaiting: false });
    const steps = stepsOf(await liveDocument(service().api)).get(name) ?? [];
    expect(steps, name).not.to.deep.equal([]);
    for (const step of steps) await execute(step, !OF_WAITING.includes(name), expected);
  }

  for (const { name } of ACTS) {
    it(name, async () => {
      if (name.startsWith('holds')) {
        await service().api.ask('POST', '/v2/apps/too-big/restart');
      }
      await playAct(name, REFUSED.has(name) ? () => [REFUSED.get(name) ?? 0] : successes);
      // what would wait for ever
      if (name === 'creates') await service().api.ask('DELETE', '/v2/apps/nginx');
      if (['gives up what waits', 'undoes what has ended'].includes(name)) {
        await service().api.ask('DELETE', '/v2/apps/too-big');
      }
    });
    if (['changes', 'acts', 'removes'].includes(name)) {
      // what is left to read, in other states than before
      it(`reads after it ${name}`, () => playAct('reads', readable));
    }
  }
});

function successes({ responses }: Operation): number[] {
  return Object.keys(responses)
    .map(Number)
    .filter((status) => status >= 200 && status < 300);
}

/** Some of it is gone by now. */
function readable(operation: Operation): number[] {
  return [...successes(operation), 404];
}

/** The head of a stream, which has no end. */
async function stream(url: string): Promise<Received> {
  const ended = new AbortController();
  const headers = { accept: 'text/event-stream' };
  const response = await fetch(url, { headers, signal: ended.signal });
  ended.abort();
  return { status: response.status, headers: response.headers, text: '', body: undefined };
}
