const SINCE = '2021-03-04T05:06:07.080Z';
const LATER = '2021-03-04T05:16:07.080Z';

const HALF = {
  text: 'cpus:2;mem:4096',
  amounts: { cpus: 2, mem: 4096 },
  objects: [
    { name: 'cpus', type: 'SCALAR', role: '*', scalar: { value: 2 } },
    { name: 'mem', type: 'SCALAR', role: '*', scalar: { value: 4096 } },
  ],
};

const WHOLE = {
  text: 'cpus:4;mem:8192',
  amounts: { cpus: 4, mem: 8192 },
  objects: [
    { name: 'cpus', type: 'SCALAR', role: '*', scalar: { value: 4 } },
    { name: 'mem', type: 'SCALAR', role: '*', scalar: { value: 8192 } },
  ],
};

const NOTHING = { text: '', amounts: {}, objects: [] };

export const AGENT = {
  id: 'agent-1',
  hostname: 'node1',
  attributes: [{ name: 'rack', text: 'r1' }],
  state: 'active',
  executors: ['docker', 'process'],
  resources: { total: WHOLE, used: HALF, offered: NOTHING, free: HALF },
  reservations: {},
  taskCount: 1,
};

export const AGENT_DETAILS = {
  ...AGENT,
  tasks: [
    {
      id: 'hello.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
      name: '/hello',
      frameworkId: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11-0000',
      role: '*',
      state: 'TASK_RUNNING',
      resources: 'cpus:2;mem:4096',
      launchedAt: SINCE,
    },
  ],
};

export const DRAINING = {
  ...AGENT_DETAILS,
  state: 'draining',
  since: SINCE,
  drain: { state: 'DRAINING', since: SINCE, deadline: LATER, markGone: false },
};

export const OFFERS = {
  offers: [
    {
      id: '0177fc2a-5e18-7000-8000-000000000001',
      frameworkId: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11-0001',
      framework: 'hello-framework',
      role: 'eng',
      agentId: 'agent-1',
      hostname: 'node1',
      resources: HALF,
      createdAt: SINCE,
      leaseEnd: LATER,
    },
  ],
  allocator: { queuedAgents: 0, filters: 3 },
};

export const ROLE = {
  role: 'eng',
  weight: 2,
  quota: { guarantees: { cpus: 4, mem: 8192 }, limits: { cpus: 8 } },
  consumed: { cpus: 2, mem: 4096 },
  reserved: {},
  allocated: { cpus: 2, mem: 4096 },
  share: 0.125,
  frameworks: [
    {
      id: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11-0000',
      name: 'marathon',
      share: 0.125,
      active: true,
    },
  ],
};
