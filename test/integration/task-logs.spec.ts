import { expect } from 'chai';
import { sleeper, until, useService } from '../support/index.js';

/** Says its beginning at once, counts, and ends well when it is told to stop. */
const COUNTS = `
  trap 'echo stopped; exit 0' TERM
  echo begun; echo careful >&2
  n=0; while :; do n=$((n + 1)); echo "line $n"; sleep 0.1; done
`;

describe('Logs of tasks over HTTP, on real processes', () => {
  const service = useService();

  async function taskOf(id: string): Promise<string> {
    const { api } = service();
    const task = await until(async () => {
      const [first] = (await api.app(id)).tasks;
      return first?.state === 'TASK_RUNNING' && first;
    }, 'a running task');
    return task.id;
  }

  function logs(task: string, query = ''): Promise<Response> {
    return fetch(`${service().url}/v2/tasks/${task}/logs${query}`);
  }

  it('shows each stream, its end, and what comes, until the task is over', async () => {
    const { api } = service();
    await api.ask('POST', '/v2/apps', sleeper('/counting', 1, { cmd: COUNTS }));
    const task = await taskOf('/counting');
    await until(async () => (await (await logs(task)).text()).includes('line 3'), 'three lines');
    const whole = await logs(task);
    expect(whole.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
    expect(await whole.text()).to.match(/^begun\nline 1\nline 2\nline 3\n/);
    expect(await (await logs(task, '?stream=stderr')).text()).to.equal('careful\n');
    const last = await (await logs(task, '?tail=2')).text();
    expect(last).to.match(/^line \d+\nline \d+\n$/);

    const stamped = (await (await logs(task, '?timestamps=true')).text()).split('\n');
    expect(stamped[0]).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z begun$/);
    expect(await (await logs(task, '?since=1h')).text()).to.match(/^begun\nline 1\n/);
    expect(await (await logs(task, '?since=2100-01-01T00:00:00Z')).text()).to.equal('');

    const followed = await logs(task, '?follow=true&tail=0');
    let heard = '';
    const reading = (async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const part of followed.body ?? []) heard += decoder.decode(part as Uint8Array);
    })();
    await until(() => /line \d+\nline \d+\n/.test(heard), 'lines as they come');
    await api.ask('DELETE', '/v2/apps/counting');
    await reading;
    expect(heard).to.match(/stopped\n$/);
    expect(await (await logs(task, '?tail=1&follow=true')).text()).to.equal('stopped\n');
  });

  it('says what is wrong with a request, all at once', async () => {
    const unknown = 'web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1';
    const missing = await logs(unknown);
    expect(missing.status).to.equal(404);
    expect(await missing.json()).to.deep.equal({ message: `Task '${unknown}' does not exist` });
    expect((await logs('nonsense')).status).to.equal(400);
    const wrong = await logs(unknown, '?stream=both&tail=-1&since=yesterday');
    expect(wrong.status).to.equal(422);
    const { details } = (await wrong.json()) as { details: { path: string }[] };
    expect(details.map(({ path }) => path)).to.have.members(['/stream', '/tail', '/since']);
  });
});
