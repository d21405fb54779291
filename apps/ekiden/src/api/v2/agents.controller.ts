import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import type { AgentId } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { missingAgent } from '../../core/commands/index.js';
import { agentView, agentViews } from '../../core/pool/index.js';
import type { AgentOrder, StateView } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { flag, json, notFound, type HttpAnswer, type QueryValues } from '../http/index.js';
import { DRAIN_DEFAULTS, agentDrain, parseShape } from '../schemas/index.js';
import { presentAgent, presentAgentDetails } from './presenters/index.js';

/** The hosts of the pool, and what operators want of them. */
@Controller('v2/agents')
export class AgentsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => ({
      agents: agentViews(state).map(presentAgent),
    }));
  }

  @Get(':agent')
  show(@Req() request: FastifyRequest, @Param('agent') id: string): HttpAnswer {
    const state = this.api.state();
    return this.api.snapshot(request, state, () => details(state, id));
  }

  @Post(':agent/drain')
  drain(@Param('agent') id: string, @Body() body: unknown): Promise<HttpAnswer> {
    const wish = parseShape(agentDrain, body ?? {});
    return this.order(id, 202, {
      kind: 'drain',
      deadlineSeconds: wish.deadlineSeconds ?? DRAIN_DEFAULTS.deadlineSeconds,
      markGone: wish.markGone ?? DRAIN_DEFAULTS.markGone,
      ...(wish.reason === undefined ? {} : { reason: wish.reason }),
    });
  }

  @Post(':agent/activate')
  activate(@Param('agent') id: string): Promise<HttpAnswer> {
    return this.order(id, 200, { kind: 'activate' });
  }

  @Post(':agent/deactivate')
  deactivate(@Param('agent') id: string): Promise<HttpAnswer> {
    return this.order(id, 200, { kind: 'deactivate' });
  }

  @Delete(':agent')
  giveUp(@Param('agent') id: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    return this.order(id, 200, { kind: 'giveUp', force: flag(query, 'force', false) });
  }

  private async order(id: string, status: number, order: AgentOrder): Promise<HttpAnswer> {
    const state = this.api.state();
    const before = details(state, id);
    await this.api.submit({ kind: 'tendAgent', agent: id as AgentId, order });
    // One that was empty and is given up is gone already.
    const after = agentView(this.api.state(), id as AgentId);
    return json(after === undefined ? before : presentAgentDetails(after), { status });
  }
}

/** Throws a `Problem` (404) for an unknown agent. */
function details(state: StateView, id: string): ReturnType<typeof presentAgentDetails> {
  const view = agentView(state, id as AgentId);
  if (view !== undefined) return presentAgentDetails(view);
  throw notFound(missingAgent(state.master.state.agents.values(), id));
}
