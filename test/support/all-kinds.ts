import { expect } from 'chai';
import {
  startFreshLoad,
  startLoad,
  type Load,
  type LoadResult,
} from '../../apps/ekiden/testing/load.js';
import { until } from './until.js';

/** Answers that are enough to tell how long they take. */
const SAMPLE = 1_000;

export interface Served {
  readonly url: string;
  /** Path whose answer begins at once and takes long. */
  readonly long: string;
  /** An instance itself, without a router in between. */
  readonly direct: string;
}

/** Keep-alive and new connections, short and long answers, all at once. */
export class AllKinds {
  private readonly loads: ReadonlyMap<string, Load>;
  private readonly directP99: number;

  private constructor({ url, long }: Served, directP99: number) {
    this.directP99 = directP99;
    this.loads = new Map([
      ['kept', startLoad({ url, connections: 8 })],
      ['new', startFreshLoad({ url, connections: 2 })],
      ['long', startLoad({ url: `${url}${long}`, connections: 8 })],
    ]);
  }

  /** The same clients ask one instance first: what the router adds is told beside the rest. */
  static async of(served: Served): Promise<AllKinds> {
    const load = startLoad({ url: served.direct, connections: 8 });
    await until(() => load.answers > SAMPLE, `${SAMPLE} answers of one instance`, 30_000);
    return new AllKinds(served, (await load.stop()).p99);
  }

  /** Asked for at least so many further answers of each kind. */
  async goOn(count: number): Promise<void> {
    for (const [kind, load] of this.loads) {
      const before = load.answers;
      await until(() => load.answers >= before + count, `answers: ${kind}`, 60_000);
    }
  }

  /** What happened so far is told; nothing may have been lost. */
  async lostNothing(during: string): Promise<void> {
    const lost: string[] = [];
    for (const [kind, load] of this.loads) {
      const result = await load.stop();
      const added = kind === 'kept' ? `, ${result.p99 - this.directP99} ms more than without` : '';
      console.log(`      ${during}, ${kind}: ${inWords(result)}${added}`);
      if (result.errors + result.bad > 0) {
        lost.push(`${kind}: ${[inWords(result), ...result.lost].join('; ')}`);
      }
      expect(result.requests, kind).to.be.greaterThan(0);
    }
    expect(lost).to.deep.equal([]);
  }
}

function inWords({ requests, errors, bad, p99 }: LoadResult): string {
  return `${requests} requests, ${errors + bad} lost, p99 ${p99} ms`;
}
