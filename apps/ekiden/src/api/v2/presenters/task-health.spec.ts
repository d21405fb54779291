import { expect } from 'chai';
import { millis, present } from '@ekiden/kernel';
import type { CheckState } from '../../../core/health/index.js';
import { sampleInstance } from '../../../core/instance/sample-instance.js';
import { countTasks } from './counts.js';
import { presentTask, type PlacedInstance } from './task.js';

const UNKNOWN: CheckState = { alive: false, consecutiveFailures: 0 };
const ALIVE: CheckState = {
  alive: true,
  consecutiveFailures: 0,
  firstSuccess: millis(0),
  lastSuccess: millis(2_000),
  lastFailure: millis(1_000),
  lastFailureCause: 'HTTP status 500',
};
const DEAD: CheckState = {
  alive: false,
  consecutiveFailures: 2,
  lastFailure: millis(3_000),
  lastFailureCause: 'HTTP status 503',
};

function running(health: readonly CheckState[] | undefined): PlacedInstance {
  const one = sampleInstance('1', {}, health === undefined ? {} : { health });
  return { ...one, task: present(one.task, 'the task of a running instance') };
}

describe('health as shown', () => {
  it('lists the results there are, with what is known of each', () => {
    const shown = presentTask(running([ALIVE, UNKNOWN, DEAD]), undefined);
    expect(shown.healthCheckResults).to.deep.equal([
      {
        alive: true,
        consecutiveFailures: 0,
        firstSuccess: '1970-01-01T00:00:00.000Z',
        instanceId: 'web.instance-1',
        lastSuccess: '1970-01-01T00:00:02.000Z',
        lastFailure: '1970-01-01T00:00:01.000Z',
        lastFailureCause: 'HTTP status 500',
      },
      {
        alive: false,
        consecutiveFailures: 2,
        instanceId: 'web.instance-1',
        lastFailure: '1970-01-01T00:00:03.000Z',
        lastFailureCause: 'HTTP status 503',
      },
    ]);
  });

  const counted: readonly (readonly [
    name: string,
    health: readonly CheckState[] | undefined,
    healthy: number,
    unhealthy: number,
  ])[] = [
    ['a task without checks is neither', undefined, 0, 0],
    ['a task without results is neither', [UNKNOWN], 0, 0],
    ['a task with good results only is healthy', [ALIVE, ALIVE], 1, 0],
    ['a result still to come does not matter', [ALIVE, UNKNOWN], 1, 0],
    ['a task with any bad result is unhealthy', [ALIVE, DEAD], 0, 1],
  ];
  for (const [name, health, tasksHealthy, tasksUnhealthy] of counted) {
    it(`counts: ${name}`, () => {
      expect(countTasks([running(health)])).to.include({ tasksHealthy, tasksUnhealthy });
    });
  }
});
