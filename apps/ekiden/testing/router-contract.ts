import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Backend, Listen, Route, RouteTable } from '../src/core/traffic/index.js';
import type { PathId } from '../src/core/app/index.js';
import type { Applied, Draining, Router } from '../src/ports/index.js';

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
  /** A connection over a `tcp` route that has been greeted by its backend, and stays. */
  hold(listen: Listen): Promise<Held>;
  /** A backend that answers requests, each with its task id. */
  httpBackend(name: string): Promise<Backend>;
  /** Sends one request over an `http` route. */
  request(listen: Listen, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /** A request over an `http` route whose answer has begun and goes on until it is ended. */
  holdRequest(listen: Listen): Promise<Held>;
  close(): Promise<void>;
}

/** Something that is under way. */
export interface Held {
  /** Task id. */
  readonly backend: string;
  /** Resolves when it has ended well. */
  end(): Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  /** The task id, if a backend answered. */
  readonly backend: string;
}

const PLAIN = { mode: 'tcp', drain: seconds(30) } as const;

export function routeTo(listen: Listen, backends: readonly Backend[], app = '/shop/api'): Route {
  return { listen, app: app as PathId, portIndex: 0, backends, kind: 'service', ...PLAIN };
}

export function httpRouteTo(listen: Listen, backends: readonly Backend[]): Route {
  return { ...routeTo(listen, backends), mode: 'http' };
}

export function tableOf(generation: number, routes: readonly Route[], epoch = 1): RouteTable {
  return { generation, epoch, routes };
}

/** What every `Router` must do, and `trafficContract` too; a fake passes it as the real one does. */
export function routerContract(make: () => Promise<RouterStage>): void {
  describe('routes', () => onStage(make, itRoutes));
  describe('tables', () => onStage(make, itFences));
}

/** Second half of the contract: weights, drains, requests of `http` routes. */
export function trafficContract(make: () => Promise<RouterStage>): void {
  describe('weights', () => onStage(make, itWeighs));
  describe('what is under way', () => onStage(make, itDrains));
  describe('requests', () => onStage(make, itRoutesRequests));
}

function onStage(
  make: () => Promise<RouterStage>,
  tests: (stageOf: () => RouterStage) => void,
): void {
  let stage: RouterStage;
  beforeEach(async () => {
    stage = await make();
  });
  afterEach(async () => {
    await stage.close();
  });
  tests(() => stage);
}

async function acknowledged(stage: RouterStage, table: RouteTable): Promise<Applied> {
  const result = await stage.router.apply(table);
  if (!result.ok) throw new Error(`not applied: ${JSON.stringify(result.error)}`);
  return result.value;
}

async function applied(stage: RouterStage, table: RouteTable): Promise<number> {
  return (await acknowledged(stage, table)).changed;
}

async function draining(stage: RouterStage, table: RouteTable): Promise<readonly Draining[]> {
  return (await acknowledged(stage, table)).draining;
}

/** Asks again until nothing is under way any more; mocha's limit bounds the wait. */
async function drained(stage: RouterStage, table: RouteTable): Promise<void> {
  while ((await draining(stage, table)).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function askedTimes(
  times: number,
  ask: () => Promise<string | undefined>,
): Promise<readonly (string | undefined)[]> {
  const answers: (string | undefined)[] = [];
  for (let i = 0; i < times; i += 1) answers.push(await ask());
  return answers;
}

function only(name: string, backends: readonly (string | undefined)[]): number {
  return backends.filter((backend) => backend === name).length;
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

function itWeighs(stageOf: () => RouterStage): void {
  it('share connections', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const heavy = { ...(await stage.backend('heavy')), weight: 3 };
    const light = await stage.backend('light');
    await applied(stage, tableOf(1, [routeTo(listen, [heavy, light])]));
    expect(only('heavy', await askedTimes(8, () => stage.ask(listen)))).to.equal(6);
  });

  it('share requests', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const old = { ...(await stage.httpBackend('old')), weight: 90 };
    const young = { ...(await stage.httpBackend('young')), weight: 10 };
    await applied(stage, tableOf(1, [httpRouteTo(listen, [old, young])]));
    const answers = await askedTimes(20, async () => (await stage.request(listen)).backend);
    expect([only('old', answers), only('young', answers)]).to.deep.equal([18, 2]);
  });

  it('may change', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(1, [routeTo(listen, [a, { ...b, weight: 0 }])]));
    expect(await askedTimes(3, () => stage.ask(listen))).to.deep.equal(['a', 'a', 'a']);
    const half = tableOf(2, [routeTo(listen, [a, b])]);
    expect(await applied(stage, half)).to.equal(1);
    expect(only('b', await askedTimes(4, () => stage.ask(listen)))).to.equal(2);
    await applied(stage, tableOf(3, [routeTo(listen, [{ ...a, weight: 0 }, b])]));
    expect(await askedTimes(3, () => stage.ask(listen))).to.deep.equal(['b', 'b', 'b']);
  });

  it('of 0 let nothing new through, also when there is nobody else', async () => {
    const stage = stageOf();
    const [tcp, http] = [await stage.freeListen(), await stage.freeListen()];
    const none = { ...(await stage.backend('none')), weight: 0 };
    const nobody = { ...(await stage.httpBackend('nobody')), weight: 0 };
    await applied(stage, tableOf(1, [routeTo(tcp, [none]), httpRouteTo(http, [nobody])]));
    expect(await stage.ask(tcp)).to.equal('');
    expect((await stage.request(http)).status).to.equal(503);
  });

  it('of 0 let what is under way go on, and it is not draining', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(1, [routeTo(listen, [a])]));
    const held = await stage.hold(listen);
    const table = tableOf(2, [routeTo(listen, [{ ...a, weight: 0 }, b])]);
    expect(await draining(stage, table)).to.deep.equal([]);
    await held.end();
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

function itDrains(stageOf: () => RouterStage): void {
  it('to a task that no route leads to is counted until it has ended', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await applied(stage, tableOf(1, [routeTo(listen, [a])]));
    const [first, second] = [await stage.hold(listen), await stage.hold(listen)];
    expect([first.backend, second.backend]).to.deep.equal(['a', 'a']);
    const table = tableOf(2, [routeTo(listen, [b])]);
    expect(await draining(stage, table)).to.deep.equal([{ taskId: 'a', open: 2 }]);
    await first.end();
    while ((await draining(stage, table))[0]?.open !== 1);
    await second.end();
    await drained(stage, table);
  });

  it('outlives its route', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    await applied(stage, tableOf(1, [routeTo(listen, [await stage.backend('a')])]));
    const held = await stage.hold(listen);
    const nothing = tableOf(2, []);
    expect(await draining(stage, nothing)).to.deep.equal([{ taskId: 'a', open: 1 }]);
    await held.end();
    await drained(stage, nothing);
  });

  it('to a task that another route leads to is not draining', async () => {
    const stage = stageOf();
    const [one, other] = [await stage.freeListen(), await stage.freeListen()];
    const a = await stage.backend('a');
    await applied(stage, tableOf(1, [routeTo(one, [a]), routeTo(other, [a])]));
    const held = await stage.hold(one);
    expect(await draining(stage, tableOf(2, [routeTo(other, [a])]))).to.deep.equal([]);
    expect(await draining(stage, tableOf(3, []))).to.deep.equal([{ taskId: 'a', open: 1 }]);
    expect(await draining(stage, tableOf(4, [routeTo(one, [a])]))).to.deep.equal([]);
    await held.end();
  });

  it('as a request is counted until it is answered', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [a, b] = [await stage.httpBackend('a'), await stage.httpBackend('b')];
    await applied(stage, tableOf(1, [httpRouteTo(listen, [a])]));
    // A connection to it that is open and idle afterwards counts for nothing.
    expect((await stage.request(listen)).backend).to.equal('a');
    const held = await stage.holdRequest(listen);
    expect(held.backend).to.equal('a');
    const table = tableOf(2, [httpRouteTo(listen, [b])]);
    expect(await draining(stage, table)).to.deep.equal([{ taskId: 'a', open: 1 }]);
    expect((await stage.request(listen)).backend).to.equal('b');
    await held.end();
    await drained(stage, table);
  });
}

function itRoutesRequests(stageOf: () => RouterStage): void {
  it('go to their backends, one by one', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const backends = [await stage.httpBackend('a'), await stage.httpBackend('b')];
    await applied(stage, tableOf(1, [httpRouteTo(listen, backends)]));
    const answers = await askedTimes(4, async () => (await stage.request(listen)).backend);
    expect([only('a', answers), only('b', answers)]).to.deep.equal([2, 2]);
  });

  it('are answered 503 when nobody is there', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    await applied(stage, tableOf(1, [httpRouteTo(listen, [])]));
    expect(await stage.request(listen)).to.deep.equal({ status: 503, backend: '' });
    const dead = await stage.deadBackend('dead');
    await applied(stage, tableOf(2, [httpRouteTo(listen, [dead])]));
    expect((await stage.request(listen)).status).to.be.oneOf([502, 503]);
  });

  it('pass over a backend that does not answer', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const backends = [await stage.deadBackend('dead'), await stage.httpBackend('alive')];
    await applied(stage, tableOf(1, [httpRouteTo(listen, backends)]));
    for (let i = 0; i < 4; i += 1) {
      expect(await stage.request(listen)).to.deep.equal({ status: 200, backend: 'alive' });
    }
  });

  it('find a preview by header or cookie, and the live version without', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [live, green] = [await stage.httpBackend('live'), await stage.httpBackend('green')];
    const previews = [{ deployment: 'd-1', backends: [green] }];
    await applied(stage, tableOf(1, [{ ...httpRouteTo(listen, [live]), previews }]));
    const ask = async (headers: Readonly<Record<string, string>>): Promise<string> =>
      (await stage.request(listen, headers)).backend;
    expect(await ask({})).to.equal('live');
    expect(await ask({ 'X-Ekiden-Preview': 'd-1' })).to.equal('green');
    expect(await ask({ Cookie: 'a=b; X-Ekiden-Preview=d-1' })).to.equal('green');
    // Promoted or gone: a browser that still has the cookie must not be left alone.
    expect(await ask({ 'X-Ekiden-Preview': 'd-0' })).to.equal('live');
    await applied(stage, tableOf(2, [httpRouteTo(listen, [green])]));
    expect(await ask({ Cookie: 'X-Ekiden-Preview=d-1' })).to.equal('green');
  });

  it('to a task that only a preview leads to are not draining', async () => {
    const stage = stageOf();
    const listen = await stage.freeListen();
    const [live, green] = [await stage.httpBackend('live'), await stage.httpBackend('green')];
    await applied(stage, tableOf(1, [httpRouteTo(listen, [green])]));
    const held = await stage.holdRequest(listen);
    const previews = [{ deployment: 'd-1', backends: [green] }];
    const table = tableOf(2, [{ ...httpRouteTo(listen, [live]), previews }]);
    expect(await draining(stage, table)).to.deep.equal([]);
    await held.end();
  });
}
