import { expect } from 'chai';
import { millis, type AgentId, type TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { sampleInstance } from '../instance/sample-instance.js';
import { hookFacts, hookVariables, previewVariables } from './hook-facts.js';

const WEB = '/web' as PathId;

describe('what a hook is told', () => {
  const task = { id: 't1' as TaskId, agentId: 'a1' as AgentId, hostPorts: [31_001, 31_002] };
  const instances = { by: () => [sampleInstance('one', { slot: 2 }, task)] };
  const run = { at: 'beforeStop', scope: WEB, app: WEB, attempt: 1 } as const;

  it('names the instance of its slot', () => {
    const variables = hookVariables(hookFacts({ instances }, { id: 'd1' }, { ...run, slot: 2 }));
    expect(variables).to.include({
      EKIDEN_SLOT: '2',
      EKIDEN_INSTANCE_TASK: 't1',
      EKIDEN_INSTANCE_HOST: 'h1',
      EKIDEN_INSTANCE_PORTS: '31001 31002',
    });
  });

  it('names the addresses of what is not promoted yet', () => {
    const twin = { id: WEB, next: millis(1), previewPorts: [20_001, 0] };
    const progress = { scope: WEB, phase: 'starting', since: millis(0), twins: [twin] } as const;
    const facts = hookFacts({ instances }, { id: 'd1', rollouts: [progress] }, run);
    expect(facts.previews).to.deep.equal({ '/web': ['127.0.0.1:20001'] });
    expect(facts.instance).to.equal(undefined);
    const begun = { key: 'k', kind: 'command', state: 'running', startedAt: millis(0) } as const;
    const deployment = { hooks: [{ ...run, ...begun }], rollouts: [progress] };
    const variables = previewVariables(deployment, 'k', '172.17.0.1');
    expect(variables).to.deep.equal({ EKIDEN_PREVIEWS: '{"/web":["172.17.0.1:20001"]}' });
  });
});
