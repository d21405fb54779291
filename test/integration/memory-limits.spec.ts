import { expect } from 'chai';
import { accessSync, constants } from 'node:fs';
import { eventsOf, sleeper, until, useService } from '../support/index.js';

/** Either version of control groups; only root may make some. */
const DOORS = ['/sys/fs/cgroup/memory/cgroup.procs', '/sys/fs/cgroup/cgroup.subtree_control'];

function isPermitted(): boolean {
  return DOORS.some((door) => {
    try {
      accessSync(door, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
}

if (isPermitted()) {
  describe('Processes with limits', () => {
    const service = useService({
      env: { EKIDEN_ISOLATION: 'cgroups', EKIDEN_DOCKER_HOSTS: 'none' },
    });

    it('that use too much memory are named, in the last failure, the event and why', async () => {
      const { api } = service();
      const events = eventsOf(service(), 'status_update_event');
      const cmd = 'exec dd if=/dev/zero of=/dev/null bs=200M count=1';
      const greedy = { cmd, mem: 32, backoffSeconds: 60 };
      await api.ask('POST', '/v2/apps', sleeper('/greedy', 1, greedy));
      const failure = await until(
        async () => (await api.app('/greedy')).lastTaskFailure,
        'a failure',
      );
      expect(failure.message).to.equal('Memory limit of 32 MiB exceeded: killed by the kernel');
      expect(failure.state).to.equal('TASK_FAILED');
      const event = await until(
        () => events.find(({ taskStatus }) => taskStatus === 'TASK_FAILED'),
        'an event of the end',
      );
      expect(event).to.include({ taskId: failure.taskId, message: failure.message });
      const { reasons } = await api.why('/greedy');
      expect(reasons.join()).to.match(/launch delayed .* after a failure \(Memory limit of 32 MiB/);
    });
  });
}
