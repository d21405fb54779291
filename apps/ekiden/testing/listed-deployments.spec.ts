import { expect } from 'chai';
import { useHttpWorld } from './http-world.js';

const WEB = { id: '/web', cmd: 'sleep 60' };

describe('The list of deployments', () => {
  const world = useHttpWorld();

  async function ids(query = ''): Promise<readonly string[]> {
    const { status, body, text } = await world().ask('GET', `/v2/deployments${query}`);
    expect(status, text).to.equal(200);
    return (body as readonly { readonly id: string }[]).map(({ id }) => id);
  }

  async function idOf(...request: Parameters<ReturnType<typeof world>['ask']>): Promise<string> {
    const { body } = await world().ask(...request);
    return (body as { readonly deploymentId: string }).deploymentId;
  }

  it('has those that run, and when asked those that queue, in their order', async () => {
    // There is no host, so the first one does not end.
    const made = await world().ask('POST', '/v2/apps', WEB);
    expect(made.status, made.text).to.equal(201);
    const running = await ids();
    expect(running).to.have.lengthOf(1);
    const first = await idOf('PUT', '/v2/apps//web?queue=true', { cmd: 'sleep 61' });
    const second = await idOf('PUT', '/v2/apps//web?queue=true', { cmd: 'sleep 62' });
    expect(await ids('?status=queued')).to.deep.equal([first, second]);
    expect(await ids()).to.deep.equal(running);
    expect(await ids('?status=finished')).to.deep.equal([]);
  });

  it('is refused for a status that there is not', async () => {
    const { status, text } = await world().ask('GET', '/v2/deployments?status=paused');
    expect(status, text).to.equal(422);
    expect(text).to.include('/status');
  });
});
