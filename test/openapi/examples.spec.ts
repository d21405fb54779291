import { expect } from 'chai';
import { until, useService, type Received } from '../support/index.js';
import { AnswerChecker } from './answer-checker.js';
import { ACTS, stepsOf, type Step } from './play-order.js';
import { liveDocument, operationOf, tryOut, type Operation } from './served-document.js';

/** The example that is there to wait for room; the one that needs an engine waits as well. */
const WAITS = ['/too-big', '/nginx'];

describe('The examples of the API document, tried out one after the other', function play() {
  this.timeout(20_000);
  // no engine: nothing is to be fetched from anywhere
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });

  let checker: AnswerChecker | undefined;

  /** Nothing is under way any more but what waits for room. */
  async function settle(): Promise<void> {
    await until(
      async () => {
        const running = await service().api.deployments();
        const busy = running.filter(
          ({ affectedApps }) => !affectedApps.every((id) => WAITS.includes(id)),
        );
        return busy.length === 0;
      },
      'the end of all deployments',
      15_000,
    );
  }

  /** Presses "Execute", and holds what comes against the document. */
  async function execute(step: Step, expected: (operation: Operation) => number[]): Promise<void> {
    const { method, path, example = 'no body' } = step;
    if (method !== 'get') await settle();
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
    await settle();
    const steps = stepsOf(await liveDocument(service().api)).get(name) ?? [];
    expect(steps, name).not.to.deep.equal([]);
    for (const step of steps) await execute(step, expected);
  }

  for (const { name } of ACTS) {
    it(name, async () => {
      await playAct(name, name === 'leaves plugins alone' ? () => [404] : successes);
      if (name === 'creates') await service().api.ask('DELETE', '/v2/apps/nginx');
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
