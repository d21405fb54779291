import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { cpuSecondsOf, nameOf, parentOf } from './cpu-time.js';

const BURN = 'const end = Date.now() + 200; while (Date.now() < end);';

describe('CPU time of a process', () => {
  it('counts the process itself as the kernel does', () => {
    const { user, system } = process.cpuUsage();
    // The kernel's ticks are 10 ms; children that ended come on top.
    expect(cpuSecondsOf(process.pid)).to.be.greaterThan((user + system) / 1e6 - 0.1);
  });

  it('counts children that have ended', () => {
    const before = cpuSecondsOf(process.pid);
    spawnSync(process.execPath, ['-e', BURN]);
    expect(cpuSecondsOf(process.pid) - before).to.be.greaterThan(0.1);
  });

  it('is nothing for a process that does not exist', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(cpuSecondsOf(pid)).to.equal(0);
    expect(nameOf(pid)).to.equal(undefined);
  });

  it('knows a parent', () => {
    expect(parentOf(process.pid)).to.equal(process.ppid);
  });
});
