import { expect } from 'chai';
import { pino } from 'pino';
import { ManualClock, millis } from '@ekiden/kernel';
import { ManualTimers } from '../../../../libs/host/testing/manual-timers.js';
import { Loggers } from './loggers.js';

function loggers() {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const lines: string[] = [];
  const root = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const all = new Loggers(root, timers);
  const level = (name: string) => all.list().find(({ logger }) => logger === name);
  return { all, level, lines, pass: (ms: number) => timers.advance(millis(ms)) };
}

describe('loggers of the parts of the service', () => {
  it('follow the root unless they have a level of their own', () => {
    const { all, level } = loggers();
    expect(level('ekiden.http')).to.deep.include({ level: 'info', isInherited: true });
    expect(all.set('ekiden.http', 'debug')).to.equal(true);
    expect(all.set('ROOT', 'warn')).to.equal(true);
    expect(level('ekiden.http')).to.deep.include({ level: 'debug', isInherited: false });
    expect(level('ekiden.hosts')).to.deep.include({ level: 'warn', isInherited: true });
  });

  it('log by their level, under their name', () => {
    const { all, lines } = loggers();
    all.of('http').debug('unseen');
    all.set('ekiden.http', 'debug');
    all.of('http').debug('seen');
    all.of('hosts').debug('unseen');
    expect(lines.map((line) => JSON.parse(line) as object)).to.have.length(1);
    expect(JSON.parse(lines[0] ?? '{}')).to.include({ logger: 'ekiden.http', msg: 'seen' });
  });

  it('come back to the former level after a while', () => {
    const { all, level, pass } = loggers();
    all.set('ekiden.store', 'error');
    all.set('ekiden.store', 'trace', 30);
    expect(level('ekiden.store')).to.deep.include({ level: 'trace' });
    pass(29_000);
    all.set('ekiden.store', 'debug', 30);
    pass(29_000);
    expect(level('ekiden.store')).to.deep.include({ level: 'debug' });
    pass(1_001);
    expect(level('ekiden.store')).to.deep.include({ level: 'error', isInherited: false });
  });

  it('follow a root that changes for a while', () => {
    const { all, level, pass } = loggers();
    all.set('ROOT', 'debug', 10);
    expect(level('ekiden.http')).to.deep.include({ level: 'debug', isInherited: true });
    pass(10_001);
    expect(level('ekiden.http')).to.deep.include({ level: 'info', isInherited: true });
  });

  it('know no other names', () => {
    expect(loggers().all.set('mesosphere.marathon', 'debug')).to.equal(false);
  });
});
