import { expect } from 'chai';

import { runDemo } from '../../../examples/hello-framework/demo.js';
import { HelloFramework } from '../../../examples/hello-framework/hello-framework.js';
import { SimulatedPool } from '../../../examples/hello-framework/simulated-pool.js';
import { resources } from './embed-in-a-test.js';

describe('the hello framework', () => {
  it('runs beside another one, restarts what fails, ends, and tells of it', () => {
    const lines: string[] = [];
    runDemo((line) => lines.push(line));
    const told = lines.join('\n');
    expect(told).to.match(/hello\.\d+ ended with TASK_FAILED: once more/);
    expect(told).to.contain('all 15 tasks have finished: good-bye');
    expect(lines.at(-1)).to.match(/hello restarted [1-9]\d*, steady still runs 6$/);
  });

  it('is told nothing more and holds nothing once it has ended', () => {
    const pool = new SimulatedPool({ agents: 2, total: resources('cpus:4;mem:1024'), seed: 3 });
    const needs = resources('cpus:1;mem:128');
    const hello = new HelloFramework('hello', { role: '*', tasks: 20, needs, runSeconds: 2 });
    pool.add(hello);
    while (!hello.ended && pool.elapsed < 100) pool.tick();
    pool.tick();
    expect([hello.ended, hello.finished, hello.restarts]).to.deep.equal([true, 20, 0]);
    const { frameworks, offers, tasks } = pool.master.state;
    expect([frameworks.size, offers.size, tasks.size]).to.deep.equal([0, 0, 0]);
  });
});
