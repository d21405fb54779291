import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req } from '@nestjs/common';
import { millis, type AgentId, type Millis } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import { missingAgent } from '../../core/commands/index.js';
import { agentView, agentViews } from '../../core/pool/index.js';
import type { AgentOrder, StateView } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import {
  DeferredJson,
  flag,
  json,
  notFound,
  type HttpAnswer,
  type QueryValues,
} from '../http/index.js';
import { DRAIN_DEFAULTS, agentDrain, agentMaintenance, parseShape } from '../schemas/index.js';
import { versionOf } from './ids.js';
import { presentAgent, presentAgentDetails } from './presenters/index.js';

/** The hosts of the pool, and what operators want of them. */
@Controller('v2/agents')
export class AgentsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(@Req() request: FastifyRequest): Promise<HttpAnswer> {
    const { now } = this.api;
    return this.api.list(request, {
      fresh: isChanging(this.api.state()),
      *make(state) {
        const views = yield* agentViews(state, now);
        return {
          agents: views.map((view) => new DeferredJson(() => JSON.stringify(presentAgent(view())))),
        };
      },
    });
  }

  @Get(':agent')
  show(@Req() request: FastifyRequest, @Param('agent') id: string): HttpAnswer {
    const state = this.api.state();
    const make = () => details(state, id, this.api.now);
    return this.api.answer(request, state, { fresh: isChanging(state), make });
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

  @Put(':agent/maintenance')
  maintain(@Param('agent') id: string, @Body() body: unknown): Promise<HttpAnswer> {
    const { start, durationSeconds } = parseShape(agentMaintenance, body);
    const duration =
      durationSeconds === undefined ? {} : { duration: millis(durationSeconds * 1000) };
    const window = { start: start === undefined ? this.api.now : versionOf(start), ...duration };
    return this.order(id, 200, { kind: 'maintain', window });
  }

  @Delete(':agent/maintenance')
  callOff(@Param('agent') id: string): Promise<HttpAnswer> {
    return this.order(id, 200, { kind: 'maintain', window: undefined });
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
    const before = details(state, id, this.api.now);
    await this.api.submit({ kind: 'tendAgent', agent: id as AgentId, order });
    // One that was empty and is given up is gone already.
    const after = agentView(this.api.state(), id as AgentId, this.api.now);
    return json(after === undefined ? before : presentAgentDetails(after), { status });
  }
}

/** Estimates depend on the time. */
function isChanging({ leaving }: StateView): boolean {
  return leaving.size > 0;
}

/** Throws a `Problem` (404) for an unknown agent. */
function details(
  state: StateView,
  id: string,
  now: Millis,
): ReturnType<typeof presentAgentDetails> {
  const view = agentView(state, id as AgentId, now);
  if (view !== undefined) return presentAgentDetails(view);
  throw notFound(missingAgent(state.master.state.agents.values(), id));
}
