import { seconds, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import type { PathId } from '../../../core/app/index.js';
import type { ClientAddress } from '../../../core/traffic/index.js';
import { DrainWatch } from './drain-watch.js';
import { runtimeChanges } from './runtime-changes.js';
import type { ServerRow } from './statistics.js';
import { TrafficCount } from './traffic-count.js';
import { orAsBefore, wantedBackends, type WantedBackend } from './wanted-servers.js';

const BACKEND = '127.0.0.1:80';

function row(server: string, more: Partial<ServerRow> = {}): ServerRow {
  return {
    backend: BACKEND,
    server,
    mode: 'tcp',
    at: `10.0.0.1:${server.length}`,
    weight: 1,
    maintenance: false,
    changedFor: 0,
    open: 0,
    total: 0,
    failed: 0,
    responseMs: 0,
    ...more,
  };
}

/** Whether a client of the backend finds anybody. */
function serves(rows: readonly ServerRow[]): boolean {
  return rows.some(({ maintenance, weight }) => !maintenance && weight > 0);
}

/** What HAProxy makes of one command. */
function obeyed(rows: readonly ServerRow[], command: string): readonly ServerRow[] {
  const [, what, name = '', rest = ''] =
    /^((?:add|enable|set) server) [^/]+\/(\S+) ?(.*)$/.exec(command) ?? [];
  if (what === 'add server') {
    return [
      ...rows,
      row(name, { maintenance: true, weight: Number(/weight (\d+)/.exec(rest)?.[1]) }),
    ];
  }
  const [word, value = ''] = rest.split(' ');
  return rows.map((one) => {
    if (one.server !== name) return one;
    if (word === 'weight') return { ...one, weight: Number(value) };
    return { ...one, maintenance: value === 'maint' };
  });
}

/** Each on a port as long as its name. */
function wanted(
  names: readonly string[],
  weight: number | readonly number[] = 1,
  clientAddress?: ClientAddress,
): readonly WantedBackend[] {
  const backends = names.map((name, at) => ({
    host: '10.0.0.1',
    port: name.length,
    weight: typeof weight === 'number' ? weight : (weight[at] ?? 0),
    taskId: name as TaskId,
  }));
  const route = {
    listen: { address: '127.0.0.1', port: 80 },
    app: '/a' as PathId,
    portIndex: 0,
    backends,
    kind: 'service',
    mode: 'tcp',
    drain: seconds(30),
    ...(clientAddress === undefined ? {} : { clientAddress }),
  } as const;
  return wantedBackends([route], (host) => host);
}

describe('what HAProxy is told while it runs', () => {
  it('is nothing when it is so already', () => {
    expect(runtimeChanges([row('a')], wanted(['a']))).to.deep.equal([]);
  });

  it('is to add before it is to take out', () => {
    expect(runtimeChanges([row('old')], wanted(['fresh']))).to.deep.equal([
      `add server ${BACKEND}/fresh 10.0.0.1:5 weight 1`,
      `enable server ${BACKEND}/fresh`,
      `set server ${BACKEND}/old state maint`,
    ]);
  });

  it('is to add to a backend without any server', () => {
    expect(runtimeChanges([], wanted(['a'], 2, 'proxyV2'))).to.deep.equal([
      `add server ${BACKEND}/a 10.0.0.1:1 weight 2 send-proxy-v2`,
      `enable server ${BACKEND}/a`,
    ]);
  });

  it('are weights, addresses and returns', () => {
    const rows = [
      row('a', { weight: 5 }),
      row('bb', { at: '[::1]:9' }),
      row('c', { maintenance: true }),
    ];
    expect(runtimeChanges(rows, wanted(['a', 'bb', 'c']))).to.deep.equal([
      `set server ${BACKEND}/bb addr 10.0.0.1 port 2`,
      `set server ${BACKEND}/c state ready`,
      `set server ${BACKEND}/a weight 1`,
    ]);
  });

  it('BG-02: is to give weight before it is to take weight away', () => {
    const rows = [row('a'), row('bb'), row('ccc', { weight: 0 })];
    expect(runtimeChanges(rows, wanted(['a', 'bb', 'ccc', 'dddd'], [0, 0, 1, 1]))).to.deep.equal([
      `set server ${BACKEND}/ccc weight 1`,
      `add server ${BACKEND}/dddd 10.0.0.1:4 weight 1`,
      `enable server ${BACKEND}/dddd`,
      `set server ${BACKEND}/a weight 0`,
      `set server ${BACKEND}/bb weight 0`,
    ]);
  });

  it('is a weight before it is to come back', () => {
    const rows = [row('a'), row('bb', { maintenance: true, weight: 3 })];
    expect(runtimeChanges(rows, wanted(['a', 'bb'], [1, 0]))).to.deep.equal([
      `set server ${BACKEND}/bb weight 0`,
      `set server ${BACKEND}/bb state ready`,
    ]);
  });

  it('leaves somebody who serves after every command, wherever it breaks off', () => {
    const names = ['a', 'bb', 'ccc', 'dddd'] as const;
    const weight = fc.constantFrom(0, 1, 3);
    const state = fc.option(fc.record({ weight, maintenance: fc.boolean() }));
    const states = fc.tuple(state, state, state, state);
    fc.assert(
      fc.property(states, fc.tuple(...names.map(() => fc.option(weight))), (before, after) => {
        const rows = names.flatMap((name, at) => {
          const found = before[at];
          return found === null || found === undefined ? [] : [row(name, found)];
        });
        const kept = names.filter((_, at) => typeof after[at] === 'number');
        const weights = after.filter((one) => one !== null);
        const commands = runtimeChanges(rows, wanted(kept, weights));
        const states: (readonly ServerRow[])[] = [rows];
        for (const command of commands) states.push(obeyed(states.at(-1) ?? [], command));
        expect(runtimeChanges(states.at(-1) ?? [], wanted(kept, weights))).to.deep.equal([]);
        if (!serves(rows) || weights.every((one) => one === 0)) return;
        for (const now of states) expect(serves(now), commands.join('; ')).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing about what is out already', () => {
    expect(runtimeChanges([row('a', { maintenance: true })], wanted([]))).to.deep.equal([]);
  });
});

describe('the address of a host that cannot be looked up now', () => {
  it('is what the worker has, and takes nobody out', () => {
    const rows = [row('a', { at: '10.9.9.9:1' }), row('bb', { at: '[::1]:2' })];
    const [backend] = wanted(['a', 'bb', 'ccc']);
    const routes = backend === undefined ? [] : [backend.route];
    const unknown = orAsBefore(() => undefined, rows);
    const servers = wantedBackends(routes, unknown).flatMap((one) => one.servers);
    expect(servers.map(({ at }) => at)).to.deep.equal(['10.9.9.9:1', '[::1]:2']);
    const known = orAsBefore((host) => host, rows);
    expect(wantedBackends(routes, known)[0]?.servers[0]?.at).to.equal('10.0.0.1:1');
  });
});

describe('what was taken out', () => {
  const limitOf = (): number => 5_000;
  const out = (open: number, changedFor = 0): ServerRow =>
    row('a', { open, changedFor, maintenance: true });

  it('is over as soon as nothing is open, and overdue at its limit', () => {
    const watch = new DrainWatch();
    const one = (open: number) => [{ pid: 1, current: true, row: out(open) }];
    expect(watch.look(one(2), 1_000, limitOf).nextIn).to.equal(5_000);
    expect(watch.look(one(2), 4_000, limitOf).nextIn).to.equal(2_000);
    expect(watch.look(one(2), 6_000, limitOf).overdue).to.have.length(1);
    expect(watch.look(one(0), 6_001, limitOf).over).to.have.length(1);
  });

  it('counts from when HAProxy says it went out, for a service that has just begun', () => {
    const watch = new DrainWatch();
    const drained = [{ pid: 1, current: true, row: out(2, 4) }];
    expect(watch.look(drained, 100_000, limitOf).nextIn).to.equal(1_000);
  });

  it('begins anew when it had come back meanwhile', () => {
    const watch = new DrainWatch();
    const drained = [{ pid: 1, current: true, row: out(2) }];
    watch.look(drained, 0, limitOf);
    watch.look([], 1_000, limitOf);
    expect(watch.look(drained, 6_000, limitOf).nextIn).to.equal(5_000);
  });
});

describe('traffic through HAProxy', () => {
  const task = 'a' as TaskId;
  const of = (count: TrafficCount) => count.of(new Set([task]))[0];

  it('adds up over workers, and only grows', () => {
    const count = new TrafficCount();
    count.take([{ pid: 1, rows: [row('a', { total: 10, failed: 1, responseMs: 20 })] }]);
    count.take([
      { pid: 2, rows: [row('a', { total: 5, responseMs: 10 })] },
      { pid: 1, rows: [row('a', { total: 12, failed: 2, responseMs: 20 })] },
    ]);
    expect(of(count)).to.deep.equal({ taskId: task, requests: 17, errors: 2, seconds: 0.29 });
    count.take([{ pid: 2, rows: [row('a', { total: 1 })] }]);
    expect(of(count)?.requests).to.equal(18);
  });

  it('of tasks that nobody asks for is forgotten', () => {
    const count = new TrafficCount();
    count.take([{ pid: 1, rows: [row('a', { total: 10 })] }]);
    expect(count.of(new Set())).to.deep.equal([]);
    expect(of(count)).to.equal(undefined);
  });
});
