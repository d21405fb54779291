import { expect } from 'chai';
import { checkedServer, until, useStage, type AppBody } from '../support/index.js';

/** Healthy whatever its version; one that is ill fails every second request. */
const SERVER = `
let asked = 0;
require('http').createServer((q, r) => {
  if (q.url === '/health') return r.end();
  asked += 1;
  if (process.env.VERSION === 'ill' && asked % 2 === 0) r.writeHead(500);
  r.end(process.env.VERSION);
}).listen(process.env.PORT0)`.replace(/\s+/g, ' ');

function web(version: string, more: object = {}): AppBody {
  const cmd = `exec node -e "${SERVER}"`;
  return checkedServer('/web', 2, { cmd, env: { VERSION: version }, ...more });
}

interface Details {
  readonly state: string;
  readonly reason?: string;
  readonly undoneBy?: string;
}

/** Asks one request after the other until it is told to stop; returns how many answers were `ill`. */
async function askUntil(url: string, isOver: () => Promise<boolean>): Promise<number> {
  let ill = 0;
  let over = false;
  const client = async (): Promise<void> => {
    while (!over) {
      const response = await fetch(url);
      if ((await response.text()) === 'ill') ill += 1;
    }
  };
  const clients = Promise.all([client(), client()]);
  await until(isOver, 'the end of the bad version', 30_000).finally(() => {
    over = true;
  });
  await clients;
  return ill;
}

/** Inside a `describe`: a canary that answers 500s, behind a router that counts. */
export function takesBackWhatFails(router: 'embedded' | 'haproxy'): void {
  const stage = useStage();

  it('a canary that answers 500s is taken back without an operator, with the figures as the reason', async () => {
    const service = await stage.start({ env: { EKIDEN_ROUTER: router } });
    await service.api.ask('PUT', '/v2/apps/web', web('well'));
    const { portDefinitions } = await service.allWell('/web', 2);
    const url = `http://127.0.0.1:${portDefinitions[0]?.port ?? 0}/`;
    const ask = async (): Promise<string> => (await (await fetch(url)).text()).trim();
    await until(async () => (await ask()) === 'well', 'an answer through the router');
    const rollout = {
      strategy: 'canary',
      onFailure: 'rollback',
      abortOn: { minRequests: 50 },
      canary: { steps: [{ weight: 50, pauseSeconds: 600 }] },
    };
    const update = { env: { VERSION: 'ill' }, rollout };
    const { body } = await service.api.ask('PUT', '/v2/apps/web', update);
    const { deploymentId } = body as { readonly deploymentId: string };
    const details = async (): Promise<Details> =>
      (await service.api.ask('GET', `/v2/deployments/${deploymentId}`)).body as Details;
    const ill = await askUntil(url, async () => (await details()).state === 'failed');
    expect(ill).to.be.greaterThan(0);
    const { reason = '', undoneBy } = await details();
    expect(reason).to.match(
      /^taken back: \/web: (?:4|5)[\d.]* % of the new version's requests failed and 0 % of the old one's, over 5 points more \(\d+ requests in 60 s\)$/,
    );
    const isOver = async (): Promise<boolean> => {
      const undo = await service.api.ask('GET', `/v2/deployments/${undoneBy ?? ''}`);
      return (undo.body as Details).state === 'succeeded';
    };
    await until(isOver, 'the way back', 30_000);
    expect(await Promise.all([ask(), ask(), ask(), ask()])).to.deep.equal(Array(4).fill('well'));
    const app = await service.api.app('/web');
    expect([app.tasksRunning, service.home.tasks().length]).to.deep.equal([2, 2]);
  });
}
