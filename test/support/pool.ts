import type { Client } from './client.js';

export interface ResourcesJson {
  readonly text: string;
  readonly amounts: Readonly<Record<string, number | string>>;
}

export interface AgentJson {
  readonly id: string;
  readonly hostname: string;
  readonly state: string;
  readonly taskCount: number;
  /** Of the total, by role. */
  readonly reservations: Readonly<Record<string, ResourcesJson>>;
  readonly resources: Readonly<Record<'total' | 'used' | 'offered' | 'free', ResourcesJson>>;
  readonly drain?: { readonly state: string; readonly deadline: string };
}

export interface RoleJson {
  readonly role: string;
  readonly weight: number;
  readonly quota: {
    readonly guarantees: Readonly<Record<string, number>>;
    readonly limits: Readonly<Record<string, number>>;
  } | null;
  readonly consumed: Readonly<Record<string, number>>;
  readonly allocated: Readonly<Record<string, number>>;
  readonly share: number;
  readonly frameworks: readonly { readonly name: string; readonly share: number }[];
}

export async function agentsOf(api: Client): Promise<readonly AgentJson[]> {
  const { body } = await api.ask('GET', '/v2/agents');
  return (body as { agents: AgentJson[] }).agents;
}

export async function agentOf(api: Client, id: string): Promise<AgentJson> {
  return (await api.ask('GET', `/v2/agents/${id}`)).body as AgentJson;
}

export async function roleOf(api: Client, role: string): Promise<RoleJson> {
  return (await api.ask('GET', `/v2/roles/${role}`)).body as RoleJson;
}

export async function setRole(api: Client, role: string, change: object): Promise<RoleJson> {
  return (await api.ask('PUT', `/v2/roles/${role}`, change)).body as RoleJson;
}
