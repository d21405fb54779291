import { expect } from 'chai';
import { useHttpWorld, type Answered } from './http-world.js';

interface Planned {
  readonly parent: string;
  readonly digest: string;
  readonly steps: readonly {
    readonly actions: readonly { readonly action: string; readonly app: string }[];
  }[];
}

const AGENT = 'cpus:8;mem:8192;disk:20000;ports:[31000-32000]';
const WEB = { id: '/web', cmd: 'sleep 60', cpus: 0.1, mem: 16, portDefinitions: [] };

function planIn({ status, text, body }: Answered): Planned {
  expect(status, text).to.equal(200);
  return body as Planned;
}

function messageIn({ body }: Answered): string {
  return (body as { readonly message: string }).message;
}

describe('Plans over HTTP', () => {
  const world = useHttpWorld({}, [AGENT]);

  beforeEach(async () => {
    const made = await world().ask('POST', '/v2/apps', { ...WEB, instances: 3 });
    expect(made.status, made.text).to.equal(201);
  });

  async function tasks(): Promise<readonly string[]> {
    const { body } = await world().ask('GET', '/v2/apps//web/tasks');
    return (body as { readonly tasks: readonly { readonly id: string }[] }).tasks
      .map(({ id }) => id)
      .sort();
  }

  async function instances(): Promise<number> {
    const { body } = await world().ask('GET', '/v2/apps//web');
    return (body as { readonly app: { readonly instances: number } }).app.instances;
  }

  /** A way to kill, and how many of the three it leaves. */
  const kills: readonly (readonly [
    string,
    number,
    (query: string, ids: readonly string[]) => Promise<Answered>,
  ])[] = [
    [
      'tasks by their ids',
      1,
      (query, ids) => world().ask('POST', `/v2/tasks/delete?${query}`, { ids: ids.slice(0, 2) }),
    ],
    ['all tasks of an app', 0, (query) => world().ask('DELETE', `/v2/apps//web/tasks?${query}`)],
    [
      'one task of an app',
      2,
      (query, [id = '']) => world().ask('DELETE', `/v2/apps//web/tasks/${id}?${query}`),
    ],
  ];

  for (const [what, left, kill] of kills) {
    it(`tell what it comes to to kill ${what} and do without, and kill nothing`, async () => {
      const before = await tasks();
      const plan = planIn(await kill('scale=true&dryRun=true', before));
      expect(plan.steps.map(({ actions }) => actions)).to.deep.equal([
        [{ action: 'ScaleApplication', app: '/web' }],
      ]);
      expect(plan.digest).to.match(/^[0-9a-f]{16,}$/);
      expect(await tasks()).to.deep.equal(before);
      expect(await instances()).to.equal(3);
      expect((await world().ask('GET', '/v2/deployments')).body).to.deep.equal([]);

      const done = await kill('scale=true', before);
      expect(done.status, done.text).to.equal(200);
      expect(await instances()).to.equal(left);
    });

    it(`are not to be had of a kill of ${what} that is not to scale`, async () => {
      const before = await tasks();
      const refused = await kill('dryRun=true', before);
      expect([refused.status, messageIn(refused)]).to.deep.equal([
        400,
        'Only a kill with scale=true has a plan to look at.',
      ]);
      expect(await tasks()).to.deep.equal(before);
    });
  }

  const CHANGE = { cmd: 'sleep 61' };

  async function dryRun(change: object = CHANGE): Promise<Planned> {
    return planIn(await world().ask('PUT', '/v2/apps//web?dryRun=true', change));
  }

  it('are applied where nothing has changed since', async () => {
    const { parent, digest } = await dryRun();
    const url = `/v2/apps//web?parent=${parent}&digest=${digest}`;
    const applied = await world().ask('PUT', url, CHANGE);
    expect(applied.status, applied.text).to.equal(200);
    const again = await world().ask('PUT', url, CHANGE);
    const { deploymentId } = applied.body as { readonly deploymentId: string };
    expect(again.status).to.equal(409);
    expect(messageIn(again)).to.include(`'/web' by deployment ${deploymentId}`);
  });

  it('are refused where any definition has changed since, and change nothing', async () => {
    const { parent, digest } = await dryRun();
    const other = await world().ask('POST', '/v2/apps', { ...WEB, id: '/other' });
    expect(other.status).to.equal(201);
    for (const query of [`parent=${parent}`, `parent=${parent}&digest=${digest}`]) {
      const refused = await world().ask('PUT', `/v2/apps//web?${query}`, CHANGE);
      expect(refused.status).to.equal(409);
      expect(messageIn(refused)).to.include("'/other' by deployment ");
    }
    const { parent: fresh } = await dryRun();
    expect(fresh).to.not.equal(parent);
    const applied = await world().ask('PUT', `/v2/apps//web?parent=${fresh}`, CHANGE);
    expect(applied.status, applied.text).to.equal(200);
  });

  it('are refused where the same definitions would come to another plan', async () => {
    const { parent, digest } = await dryRun();
    const url = `/v2/apps//web?parent=${parent}&digest=${digest}`;
    const refused = await world().ask('PUT', url, { cmd: 'sleep 62' });
    expect(refused.status).to.equal(409);
    expect(messageIn(refused)).to.match(/would come to another plan\. Plan it again\.$/);
  });

  for (const [query, path, error] of [
    ['digest=0123456789abcdef', '/digest', "goes together with 'parent'"],
    ['parent=yesterday', '/parent', "'yesterday' is no version"],
    ['parent=', '/parent', "'' is no version"],
  ] as const) {
    it(`are not asked for by ${query} alone`, async () => {
      const refused = await world().ask('PUT', `/v2/apps//web?${query}`, CHANGE);
      expect([refused.status, refused.body]).to.deep.equal([
        422,
        { message: 'Object is not valid', details: [{ path, errors: [error] }] },
      ]);
    });
  }
});
