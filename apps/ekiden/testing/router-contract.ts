import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Backend, Listen, Route, RouteTable } from '../src/core/traffic/index.js';
import type { PathId } from '../src/core/app/index.js';
import type { Router } from '../src/ports/index.js';

/** A router on a stage where somebody connects and backends tell their name. */
export interface RouterStage {
  readonly router: Router;
  /** An address that nothing listens on. */
  freeListen(): Promise<Listen>;
  /** A backend that answers each connection with its task id. */
  backend(name: string): Promise<Backend>;
  /** A backend whose address nobody listens on. */
  deadBackend(name: string): Promise<Backend>;
  /** Occupies an address for the rest of the test. */
  occupy(listen: Listen): Promise<void>;
  /** Who answers on an address: a task id; '' = closed without an answer; undefined = nobody. */
  ask(listen: Listen): Promise<string | undefined>;
  close(): Promise<void>;
}

const PLAIN = { mode: 'tcp', drain: seconds(30) } as const;

export function routeTo(listen: Listen, backends: readonly Backend[], app = '/shop/api'): Route {
  return { listen, app: app as PathId, portIndex: 0, backends, kind: 'service', ...PLAIN };
}

export function tableOf(generation: number, routes: readonly Route[], epoch = 1): RouteTable {
  return { generation, epoch, routes };
}

/** What every `Router` must do; a fake passes it as the real one does. */
export function routerContract(make: () => Promise<RouterStage>): void {
  let stage: RouterStage;
  beforeEach(async () => {
    stage = await make();
  });
  afterEach(async () => {
    await stage.close();
  });
  describe('routes', () => itRoutes(() => stage));
  describe('tables', () => itFences(() => stage));
}

async function applied(stage: RouterStage, table: RouteTable): Promise<number> {
  const result = await stage.router.apply(table);
  if (!result.ok) throw new Error(`not applied: ${JSON.stringify(result.error)}`);
  return result.value.changed;
}

function itRoutes(stageOf: () => RouterStage): void {
  it('lead new connections to their backends, all of them', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const backends = [await stage.backend('a'), await stage.backend('b')];
    expect(await applied(stage, tableOf(1, [routeTo(listen, backends)]))).to.equal(1);
    const answers = new Set<string | undefined>();
    for (let i = 0; i < 4; i += 1) answers.add(await stage.ask(listen));
    expect([...answers].sort()).to.deep.equal(['a', 'b']);
  });

  it('share connections by weight', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const heavy = { ...(await stage.backend('heavy')), weight: 3 };
    const light = await stage.backend('light');
    await applied(stage, tableOf(1, [routeTo(listen, [heavy, light])]));
    const answers: (string | undefined)[] = [];
    for (let i = 0; i < 8; i += 1) answers.push(await stage.ask(listen));
    expect(answers.filter((name) => name === 'heavy')).to.have.length(6);
  });

  it('pass over a backend that does not answer', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const backends = [await stage.deadBackend('dead'), await stage.backend('alive')];
    await applied(stage, tableOf(1, [routeTo(listen, backends)]));
    for (let i = 0; i < 4; i += 1) expect(await stage.ask(listen)).to.equal('alive');
  });

  it('without a backend take connections and close them', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    await applied(stage, tableOf(1, [routeTo(listen, [])]));
    expect(await stage.ask(listen)).to.equal('');
    await applied(stage, tableOf(2, [routeTo(listen, [await stage.deadBackend('dead')])]));
    expect(await stage.ask(listen)).to.equal('');
  });

  it('lead elsewhere, or nowhere, as soon as a table is acknowledged', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(1, [routeTo(listen, [a])]));
    expect(await stage.ask(listen)).to.equal('a');
    expect(await applied(stage, tableOf(2, [routeTo(listen, [b])]))).to.equal(1);
    expect(await stage.ask(listen)).to.equal('b');
    expect(await applied(stage, tableOf(3, []))).to.equal(1);
    expect(await stage.ask(listen)).to.equal(undefined);
  });

  it('that cannot be served are named, and the others are served', async () => {
    const stage = stageOf();
    const [taken, free] = [await stage.freeListen(), await stage.freeListen()];
    await stage.occupy(taken);
    const a = await stage.backend('a');
    const result = await stage.router.apply(
      tableOf(1, [routeTo(taken, [a]), routeTo(free, [a], '/shop/web')]),
    );
    const failed = result.ok ? result.value.failed : [];
    expect(failed.map(({ listen }) => listen)).to.deep.equal([taken]);
    expect(failed[0]?.reason).to.not.equal('');
    expect(await stage.ask(free)).to.equal('a');
  });
}

function itFences(stageOf: () => RouterStage): void {
  it('change nothing when they are applied twice', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const table = tableOf(1, [routeTo(listen, [await stage.backend('a')])]);
    expect(await applied(stage, table)).to.equal(1);
    expect(await applied(stage, table)).to.equal(0);
    expect(await applied(stage, { ...table, generation: 2 })).to.equal(0);
    expect(await stage.ask(listen)).to.equal('a');
  });

  it('of an older term or turn are refused', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(5, [routeTo(listen, [a])], 2));
    for (const older of [tableOf(9, [routeTo(listen, [b])], 1), tableOf(4, [], 2)]) {
      expect(await stage.router.apply(older)).to.deep.equal({
        ok: false,
        error: { kind: 'outdated', epoch: 2, generation: 5 },
      });
    }
    expect(await stage.ask(listen)).to.equal('a');
  });

  it('of a newer term begin anew, whatever their generation', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(5, [routeTo(listen, [a])], 1));
    expect(await applied(stage, tableOf(3, [routeTo(listen, [b])], 2))).to.equal(1);
    expect(await stage.ask(listen)).to.equal('b');
  });
}
