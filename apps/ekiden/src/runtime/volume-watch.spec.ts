import { expect } from 'chai';
import { ManualClock, millis } from '@ekiden/kernel';
import { ManualTimers } from '../../../../libs/host/testing/manual-timers.js';
import { SmallWorld } from '../../testing/small-world.js';
import type { WorldCommand } from '../core/turn/index.js';
import type { MeasuredVolume, VolumeSize } from '../ports/index.js';
import { VolumeWatch } from './volume-watch.js';

const MIB = 2 ** 20;
const EVERY = millis(60_000);

const RESIDENT = {
  cmd: 'postgres',
  role: 'db',
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }],
  },
} as const;

/** An app with a volume, a host that measures it, and the watch between them. */
class Stage {
  readonly world = new SmallWorld();
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly asked: (readonly MeasuredVolume[])[] = [];
  bytes = 5 * MIB;
  takes = 0;
  private readonly reports: WorldCommand[] = [];
  private readonly watch = new VolumeWatch({
    hosts: { measureVolumes: (volumes) => this.measure(volumes) },
    clock: this.clock,
    timers: this.timers,
    log: () => undefined,
    every: EVERY,
    report: (command) => this.reports.push(command) > 0,
  });

  async publish(): Promise<void> {
    this.watch.publish(this.world.view);
    await quiet();
  }

  async pass(ms: number): Promise<void> {
    this.timers.advance(millis(ms));
    await quiet();
  }

  /** Bytes that were reported since the last call; the world takes them. */
  news(): readonly number[] {
    const news = this.reports.splice(0);
    for (const command of news) this.world.inject(command);
    return news.flatMap((one) =>
      one.kind === 'volumesMeasured' ? one.uses.map(({ bytes }) => bytes) : [],
    );
  }

  private measure(volumes: readonly MeasuredVolume[]): Promise<readonly VolumeSize[]> {
    this.asked.push(volumes);
    this.clock.advance(millis(this.takes));
    return Promise.resolve(volumes.map(({ id }) => ({ volumeId: id, bytes: this.bytes })));
  }
}

async function quiet(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
}

describe('who looks at what volumes hold', () => {
  it('asks nobody where there are none', async () => {
    const stage = new Stage();
    await stage.publish();
    await stage.pass(EVERY);
    expect(stage.asked).to.deep.equal([]);
  });

  it('asks from time to time, and reports what is news', async () => {
    const stage = new Stage();
    stage.world.create('/db/pg', RESIDENT);
    await stage.publish();
    expect(stage.asked.map((volumes) => volumes.length)).to.deep.equal([1]);
    expect(stage.news()).to.deep.equal([5 * MIB]);
    await stage.publish();
    await stage.pass(EVERY - 1);
    expect(stage.asked).to.have.length(1);
    await stage.pass(1);
    expect([stage.asked.length, stage.news()]).to.deep.equal([2, []]);
    stage.bytes = 50 * MIB;
    await stage.publish();
    await stage.pass(EVERY);
    expect(stage.news()).to.deep.equal([50 * MIB]);
  });

  it('rests for as long as hosts need to rest', async () => {
    const stage = new Stage();
    stage.world.create('/db/pg', RESIDENT);
    stage.takes = 10_000;
    await stage.publish();
    stage.takes = 0;
    await stage.pass(199_999);
    expect(stage.asked).to.have.length(1);
    await stage.pass(1);
    expect(stage.asked).to.have.length(2);
  });
});
