import { expect } from 'chai';
import { sleeper, until, useService } from '../support/index.js';

/** Fills its sandbox, also with what is there to mislead. */
const FILLS = `
  mkdir -p logs && printf 0123456789 >logs/server.log
  printf '<script>alert(1)</script>' >"page ünd.html"
  ln -s /etc/passwd secret; ln -s / root; ln -s .. up
  echo filled; exec sleep 1000
`;

describe('Files of tasks over HTTP, on real processes', () => {
  const service = useService();
  let task: string;

  before(async () => {
    const { api } = service();
    await api.ask('POST', '/v2/apps', sleeper('/files', 1, { cmd: FILLS }));
    task = await until(async () => {
      const [first] = (await api.app('/files')).tasks;
      return first?.state === 'TASK_RUNNING' && first.id;
    }, 'a running task');
    await until(async () => (await get('/logs')).text === 'filled\n', 'a filled sandbox');
  });

  async function get(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const response = await fetch(`${service().url}/v2/tasks/${task}${path}`, { headers });
    return { response, text: await response.text() };
  }

  it('are listed, folder by folder', async () => {
    const top = await get('/files');
    const { files } = JSON.parse(top.text) as { files: Readonly<Record<string, unknown>>[] };
    const found = files.map((file) => `${String(file['path'])} ${String(file['type'])}`);
    expect(found).to.include.members(['logs folder', 'secret link', 'stdout file', 'up link']);
    expect(files.find((file) => file['path'] === 'secret')).to.include({ target: '/etc/passwd' });
    const below = JSON.parse((await get('/files?path=/logs')).text) as { files: unknown[] };
    expect(below.files[0]).to.include({ path: 'logs/server.log', size: 10, mode: '-rw-r--r--' });
  });

  it('are downloaded as they are, whole or in part, and never as a page', async () => {
    const whole = await get('/files/download?path=logs/server.log');
    expect([whole.response.status, whole.text]).to.deep.equal([200, '0123456789']);
    expect(whole.response.headers.get('accept-ranges')).to.equal('bytes');
    const part = await get('/files/download?path=logs/server.log', { range: 'bytes=2-4' });
    expect([part.response.status, part.text]).to.deep.equal([206, '234']);
    expect(part.response.headers.get('content-range')).to.equal('bytes 2-4/10');
    const end = await get('/files/download?path=logs/server.log', { range: 'bytes=-2' });
    expect(end.text).to.equal('89');
    const behind = await get('/files/download?path=logs/server.log', { range: 'bytes=10-' });
    expect(behind.response.status).to.equal(416);
    expect(behind.response.headers.get('content-range')).to.equal('bytes */10');
    const page = await get(`/files/download?path=${encodeURIComponent('page ünd.html')}`);
    expect(page.response.headers.get('content-type')).to.equal('application/octet-stream');
    expect(page.response.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(page.response.headers.get('content-disposition')).to.equal(
      "attachment; filename*=UTF-8''page%20%C3%BCnd.html",
    );
    const head = await fetch(
      `${service().url}/v2/tasks/${task}/files/download?path=logs/server.log`,
      { method: 'HEAD' },
    );
    expect([head.status, head.headers.get('accept-ranges')]).to.deep.equal([200, 'bytes']);
    expect(head.headers.get('content-length')).to.equal('10');
  });

  const hostile: readonly (readonly [path: string, status: number])[] = [
    ['../../../etc/passwd', 422],
    ['..%2f..%2fetc%2fpasswd', 422],
    ['logs/../../x', 422],
    ['a%00b', 422],
    ['x'.repeat(300), 422],
    ['secret', 403],
    ['root/etc/passwd', 403],
    ['up/agent-id', 403],
    ['logs', 403],
    ['nothing', 404],
    ['%252e%252e/x', 404],
    ['', 403],
  ];
  for (const [path, status] of hostile) {
    it(`${path.slice(0, 30)} is answered ${status}`, async () => {
      const { response, text } = await get(`/files/download?path=${path}`);
      expect(response.status, text).to.equal(status);
      expect((JSON.parse(text) as { message: string }).message).to.not.equal('');
    });
  }

  it('are there when the task is over, also for a service that was started anew', async () => {
    await service().api.ask('DELETE', '/v2/apps/files');
    await until(
      async () => (await service().api.send('GET', '/v2/apps/files')).status === 404,
      'end',
    );
    expect((await get('/files/download?path=logs/server.log')).text).to.equal('0123456789');
    await service().kill();
    await service().start();
    expect((await get('/files/download?path=logs/server.log')).text).to.equal('0123456789');
    expect((await get('/logs')).text).to.equal('filled\n');
    const unknown = task.replace(/instance-.{8}/, 'instance-00000000');
    const none = await fetch(`${service().url}/v2/tasks/${unknown}/files`);
    expect(none.status).to.equal(404);
  });
});
