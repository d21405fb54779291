import { ChanceIdSource, SeededChance, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import {
  parseAttributes,
  parseResources,
  type FrameworkId,
  type MasterTurn,
  type Resources,
} from '@ekiden/offers';
import { expect } from 'chai';
import { NOW, useFakeService } from './fake-service.spec.js';

interface ShownAgent {
  readonly id: string;
  readonly state: string;
  readonly resources: Readonly<Record<string, { readonly text: string }>>;
}

function bag(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.error.rule);
  return parsed.value;
}

describe('api of the pool', () => {
  const { service, ask } = useFakeService();

  beforeEach(() => {
    change((turn) => {
      const attributes = parseAttributes('rack:r1;executors:{docker,process}');
      if (!attributes.ok) throw new Error(attributes.error.rule);
      for (const id of ['agent-1', 'agent-2'] as AgentId[]) {
        const total = bag('cpus:4;mem:1024;ports:[31000-31009]');
        turn.registerAgent({ id, hostname: `${id}.host`, attributes: attributes.value, total });
      }
    });
  });

  function change(act: (turn: MasterTurn) => void): void {
    const chance = new SeededChance(1);
    const ids = new ChanceIdSource(chance);
    const turn = service.master.begin({ now: NOW, chance, ids, epoch: 1 });
    act(turn);
    turn.merge();
    service.turn += 1;
  }

  /** Another framework, which has a task on an agent and an offer of the rest. */
  function launchOnAgent1(): void {
    const id = 'other' as FrameworkId;
    change((turn) => {
      turn.deactivateAgent('agent-2' as AgentId);
      const info = { id, name: 'other', roles: ['eng'], failoverTimeout: seconds(60) };
      turn.subscribe(info);
      turn.allocate(10);
      const [event] = turn.takeEvents(id);
      const offer = event?.kind === 'offers' ? event.offers[0] : undefined;
      if (offer === undefined) throw new Error('no offer');
      turn.call(id, {
        kind: 'accept',
        offerIds: [offer.id],
        filters: { refuseSeconds: 0 },
        launches: [
          { taskId: 't1' as TaskId, name: 'one', resources: bag('cpus:1;mem:24'), info: {} },
        ],
      });
      turn.allocate(10);
    });
  }

  async function agents(): Promise<readonly ShownAgent[]> {
    return (await ask('GET', '/v2/agents')).json<{ agents: ShownAgent[] }>().agents;
  }

  it('shows agents with what they have, use and offer', async () => {
    launchOnAgent1();
    const [first, second] = await agents();
    expect(first).to.deep.include({ id: 'agent-1', hostname: 'agent-1.host', state: 'active' });
    expect(first).to.have.deep.property('executors', ['docker', 'process']);
    expect(first)
      .to.have.deep.property('attributes')
      .that.deep.includes({ name: 'rack', text: 'r1' });
    expect(first).to.have.property('taskCount', 1);
    const texts = Object.values(first?.resources ?? {}).map(({ text }) => text);
    expect(texts).to.deep.equal([
      'cpus:4;mem:1024;ports:[31000-31009]',
      'cpus:1;mem:24',
      'cpus:3;mem:1000;ports:[31000-31009]',
      '',
    ]);
    expect(first).to.have.deep.nested.property('resources.total.amounts', {
      cpus: 4,
      mem: 1024,
      ports: '[31000-31009]',
    });
    expect(second).to.include({ id: 'agent-2', state: 'deactivated' });
  });

  it('shows one agent with its tasks', async () => {
    launchOnAgent1();
    const shown = (await ask('GET', '/v2/agents/agent-1')).json<{ tasks: unknown[] }>();
    expect(shown.tasks).to.have.length(1);
    expect(shown.tasks[0]).to.include({ id: 't1', name: 'one', resources: 'cpus:1;mem:24' });
  });

  it('shows in what state agents are', async () => {
    change((turn) => {
      turn.agentUnreachable('agent-1' as AgentId, 'silent');
      turn.drainAgent('agent-2' as AgentId, { deadline: NOW });
    });
    expect((await agents()).map(({ state }) => state)).to.deep.equal(['unreachable', 'drained']);
    change((turn) => {
      turn.markAgentGone('agent-1' as AgentId, 'burnt');
    });
    expect((await agents()).map(({ id }) => id)).to.deep.equal(['agent-2']);
  });

  it('names those that look like an unknown agent', async () => {
    const unknown = await ask('GET', '/v2/agents/agnet-1');
    expect([unknown.statusCode, unknown.json()]).to.deep.equal([
      404,
      { message: "Agent 'agnet-1' does not exist. Did you mean agent-1?" },
    ]);
    const byHost = await ask('POST', '/v2/agents/agent-2.host/drain');
    expect(byHost.json()).to.deep.equal({
      message: "Agent 'agent-2.host' does not exist. Did you mean agent-2?",
    });
    expect(service.commands).to.deep.equal([]);
  });

  it('drains, activates and deactivates', async () => {
    service.reply = { kind: 'done' };
    const drained = await ask('POST', '/v2/agents/agent-1/drain', { deadlineSeconds: 5 });
    expect(drained.statusCode).to.equal(202);
    expect(drained.json()).to.include({ id: 'agent-1' });
    expect((await ask('POST', '/v2/agents/agent-1/drain')).statusCode).to.equal(202);
    expect((await ask('POST', '/v2/agents/agent-1/activate')).statusCode).to.equal(200);
    expect((await ask('POST', '/v2/agents/agent-1/deactivate')).statusCode).to.equal(200);
    const drain = { kind: 'drain', markGone: false } as const;
    const agent = 'agent-1';
    expect(service.commands).to.deep.equal([
      { kind: 'tendAgent', agent, order: { ...drain, deadlineSeconds: 5 } },
      { kind: 'tendAgent', agent, order: { ...drain, deadlineSeconds: 3_600 } },
      { kind: 'tendAgent', agent, order: { kind: 'activate' } },
      { kind: 'tendAgent', agent, order: { kind: 'deactivate' } },
    ]);
  });

  it('gives an agent up, also one that answers when that is insisted upon (UNR-18)', async () => {
    service.reply = { kind: 'done' };
    const gone = await ask('DELETE', '/v2/agents/agent-1');
    expect([gone.statusCode, gone.json<{ id: string }>().id]).to.deep.equal([200, 'agent-1']);
    expect((await ask('DELETE', '/v2/agents/agent-1?force=true')).statusCode).to.equal(200);
    expect(service.commands).to.deep.equal([
      { kind: 'tendAgent', agent: 'agent-1', order: { kind: 'giveUp', force: false } },
      { kind: 'tendAgent', agent: 'agent-1', order: { kind: 'giveUp', force: true } },
    ]);
    service.reply = { kind: 'conflict', message: 'It answers' };
    expect((await ask('DELETE', '/v2/agents/agent-1')).statusCode).to.equal(409);
  });

  it('refuses a drain that is none', async () => {
    const refused = await ask('POST', '/v2/agents/agent-1/drain', {
      deadlineSeconds: -1,
      markGone: 'yes',
    });
    expect(refused.statusCode).to.equal(422);
    const { details } = refused.json<{ details: { path: string }[] }>();
    expect(details.map(({ path }) => path)).to.deep.equal(['/deadlineSeconds', '/markGone']);
  });

  it('shows offers nobody has answered, and what the allocator is at', async () => {
    launchOnAgent1();
    const shown = (await ask('GET', '/v2/offers')).json<{ offers: unknown[] }>();
    expect(shown.offers).to.have.length(1);
    expect(shown.offers[0]).to.include({ framework: 'other', role: 'eng', agentId: 'agent-1' });
    expect(shown).to.have.nested.property('offers[0].resources.amounts.cpus', 3);
    expect(shown).to.have.nested.property('allocator.filters', 0);
  });

  it('shows roles', async () => {
    launchOnAgent1();
    change((turn) => {
      turn.setRole('eng', { weight: 2 });
    });
    const shown = (await ask('GET', '/v2/roles/eng')).json<object>();
    expect(shown).to.include({ role: 'eng', weight: 2, quota: null });
    expect(shown).to.have.deep.property('allocated', { cpus: 4, mem: 1024 });
    expect(shown).to.have.nested.property('frameworks[0].name', 'other');
    const all = (await ask('GET', '/v2/roles')).json<{ roles: { role: string }[] }>();
    expect(all.roles.map(({ role }) => role)).to.include('eng');
    const unknown = await ask('GET', '/v2/roles/end');
    expect(unknown.statusCode).to.equal(404);
    expect(unknown.json<{ message: string }>().message).to.match(/'end'.*Did you mean eng/);
  });

  it('sets weight and quota of a role, a path as it is written', async () => {
    service.reply = { kind: 'done' };
    const quota = { guarantees: { cpus: 1 }, limits: { cpus: 2 } };
    const answers = [
      await ask('PUT', '/v2/roles/eng/web', { weight: 3, quota }),
      await ask('PUT', '/v2/roles/eng?force=true', { quota: null }),
      await ask('DELETE', '/v2/roles/eng'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([200, 200, 200]);
    expect(service.commands).to.deep.equal([
      { kind: 'setRole', role: 'eng/web', change: { weight: 3, quota }, force: false },
      { kind: 'setRole', role: 'eng', change: { quota: null }, force: true },
      { kind: 'setRole', role: 'eng', change: { weight: 1, quota: null }, force: false },
    ]);
    // Nobody said anything of it to the real core: it is as any role.
    expect(answers[2]?.json()).to.include({ role: 'eng', weight: 1, quota: null, share: 0 });
  });

  it('answers a dry run without a command', async () => {
    const tried = await ask('PUT', '/v2/roles/eng?dryRun=true', { quota: { limits: { cpus: 2 } } });
    expect(tried.json()).to.have.deep.property('quota', { guarantees: {}, limits: { cpus: 2 } });
    const refused = await ask('PUT', '/v2/roles/eng?dryRun=true', {
      quota: { guarantees: { cpus: 9 } },
    });
    expect(refused.statusCode).to.equal(409);
    expect(refused.json<{ message: string }>().message).to.match(/9 cpus.*8 cpus.*force=true/);
    expect(service.commands).to.deep.equal([]);
    expect((await ask('GET', '/v2/roles/eng')).statusCode).to.equal(404);
  });

  it('refuses a wrong role with all that is wrong about it', async () => {
    const shape = await ask('PUT', '/v2/roles/eng', {
      weight: 0,
      quota: { guarantees: { cpus: -1 }, limits: { mem: 'much' } },
    });
    expect(shape.statusCode).to.equal(422);
    const { details } = shape.json<{ details: { path: string }[] }>();
    expect(details.map(({ path }) => path)).to.have.members([
      '/weight',
      '/quota/guarantees/cpus',
      '/quota/limits/mem',
    ]);
    const sense = await ask('PUT', '/v2/roles/eng?dryRun=true', {
      quota: { guarantees: { cpus: 3, mem: 8 }, limits: { cpus: 2, mem: 4 } },
    });
    expect(sense.statusCode).to.equal(422);
    expect(sense.json<{ details: { path: string }[] }>().details).to.have.length(2);
    const name = await ask('PUT', '/v2/roles/-eng?dryRun=true', { weight: 2 });
    expect(name.statusCode).to.equal(422);
  });

  it('cannot say anything of roles while the core cannot be asked', async () => {
    service.databaseAway = true;
    expect((await ask('GET', '/v2/roles')).statusCode).to.equal(503);
    expect((await ask('GET', '/v2/agents')).statusCode).to.equal(200);
    expect((await ask('GET', '/v2/queue')).statusCode).to.equal(200);
  });
});
