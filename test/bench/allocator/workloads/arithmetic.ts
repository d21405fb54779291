import {
  addResources,
  allocatableTo,
  containsResources,
  filterResources,
  parseResources,
  subtractResources,
  UNRESERVED,
  type Resources,
} from '@ekiden/offers';
import { timed, type Measures, type Workload } from '../meter.js';
import { bag, bagOfJson, fragment, portsText, scalarJson } from '../shapes.js';

interface Operation {
  readonly name: string;
  readonly times: number;
  readonly run: () => unknown;
}

/** Keeps results alive, so that nothing is left out because nobody looks. */
let sink: unknown;

/** W14: the algebra of resources alone. Bags are immutable, so `a += b` and `a + b` are one. */
export function openArithmetic(): Workload {
  const operations = [...rangesOperations(), ...scalarOperations(), ...containsOperations()];
  return {
    round(): Measures {
      const each = operations.map(({ name, times, run }) => {
        const { ms } = timed(() => {
          for (let n = 0; n < times; n += 1) sink = run();
        });
        return [name, (1_000 * ms) / times] as const;
      });
      return { times: Object.fromEntries(each), counts: { sink: sink === undefined ? 0 : 1 } };
    },
  };
}

/** Ranges of six numbers, five apart; the second bag's overlap the first's. */
function rangesOperations(): readonly Operation[] {
  return [10, 100, 1_000].flatMap((count) => {
    const a = overlapping(count, 1);
    const b = overlapping(count, 3);
    const both = addResources(a, b);
    const times = 20_000 / count;
    return [
      { name: `ranges${count}, a+b`, times, run: () => addResources(a, b) },
      { name: `ranges${count}, a-b`, times, run: () => subtractResources(both, b) },
    ];
  });
}

function overlapping(count: number, begin: number): Resources {
  const ranges = Array.from({ length: count }, (_, at) => {
    return { begin: begin + 10 * at, end: begin + 10 * at + 5 };
  });
  return bag(portsText(ranges));
}

function scalarOperations(): readonly Operation[] {
  const one = bag('cpus:1;gpus:1;mem:128;disk:256');
  const many = bag('cpus:50000;gpus:50000;mem:6400000;disk:12800000');
  const reserved = bagOfJson(Array.from({ length: 1_000 }, (_, at) => reservedFor(at)).flat());
  const total = bagOfJson(Array.from({ length: 1_000 }, (_, at) => reservedFor(at)).flat());
  const twice = addResources(total, reserved);
  const mixed = bag('cpus:1;mem:128;cpus(role1):1;mem(role1):128;disk:256');
  const text = Array.from({ length: 100 }, (_, at) => `res${at}:${at}`).join(';');
  return [
    { name: 'scalars, total+r', times: 50_000, run: () => addResources(many, one) },
    { name: 'scalars, total-r', times: 50_000, run: () => subtractResources(many, one) },
    { name: 'reservations1000x4, total+r', times: 10, run: () => addResources(total, reserved) },
    {
      name: 'reservations1000x4, total-r',
      times: 10,
      run: () => subtractResources(twice, reserved),
    },
    { name: 'filters, unreserved', times: 50_000, run: () => allocatableTo(mixed, UNRESERVED) },
    { name: 'filters, scalars', times: 50_000, run: () => filterResources(mixed, isScalar) },
    { name: 'parse100', times: 200, run: () => parseResources(text) },
  ];
}

function isScalar({ type }: { readonly type: string }): boolean {
  return type === 'SCALAR';
}

function reservedFor(at: number): readonly object[] {
  const labels = { labels: [{ key: 'key', value: `value${at}` }] };
  const stack = [{ type: 'DYNAMIC', role: `role${at}`, principal: `principal${at}`, labels }];
  return Object.entries({ cpus: 1, gpus: 1, mem: 128, disk: 256 }).map(([name, value]) =>
    scalarJson(name, value, stack),
  );
}

function containsOperations(): readonly Operation[] {
  const scalars = bag('cpus:1;mem:128');
  const more = bag('cpus:2;mem:256;disk:1');
  const full = bag('ports:[1-16000]');
  const pieces = bag(portsText(fragment(1, 16_000, 8_000)));
  const others = bag(portsText(fragment(1, 16_000, 8_000)));
  return [
    { name: 'contains, scalars', times: 50_000, run: () => containsResources(more, scalars) },
    { name: 'contains, full>frag8000', times: 50, run: () => containsResources(full, pieces) },
    { name: 'contains, frag8000>full', times: 50, run: () => containsResources(pieces, full) },
    {
      name: 'contains, frag8000>frag8000',
      times: 20,
      run: () => containsResources(pieces, others),
    },
  ];
}
