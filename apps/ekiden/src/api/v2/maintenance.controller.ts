import { Body, Controller, Get, Post } from '@nestjs/common';
import { millis, type AgentId } from '@ekiden/kernel';
import { missingAgent } from '../../core/commands/index.js';
import { plannedAgents } from '../../core/pool/index.js';
import type { ApiCommand } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { Problem, type HttpAnswer } from '../http/index.js';
import { maintenanceSchedule, parseShape, type Shown } from '../schemas/index.js';
import { presentMaintenanceStatus, presentSchedule } from './presenters/index.js';

type Windows = Extract<ApiCommand, { readonly kind: 'planMaintenance' }>['windows'];
type WindowMap = Map<AgentId, NonNullable<ReturnType<Windows['get']>>>;

const NANOSECONDS = 1e6;

/** What is planned for hosts, in the form of Mesos's maintenance API (offer-core 1.7). */
@Controller('v2/maintenance')
export class MaintenanceController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get('schedule')
  schedule(): HttpAnswer {
    const planned = plannedAgents(this.api.state(), this.api.now);
    return this.api.once(() => presentSchedule(planned));
  }

  /** Replaces all that was planned. */
  @Post('schedule')
  async plan(@Body() body: unknown): Promise<HttpAnswer> {
    const windows = this.windowsOf(parseShape(maintenanceSchedule, body));
    await this.api.submit({ kind: 'planMaintenance', windows });
    return this.schedule();
  }

  @Get('status')
  status(): HttpAnswer {
    const planned = plannedAgents(this.api.state(), this.api.now);
    return this.api.once(() => presentMaintenanceStatus(planned));
  }

  /** Throws a `Problem` (422) that names every host nobody knows, or that is named twice. */
  private windowsOf({ windows }: Shown<typeof maintenanceSchedule>): Windows {
    const agents = [...this.api.state().master.state.agents.values()];
    const found: WindowMap = new Map();
    const details: { readonly path: string; readonly errors: readonly string[] }[] = [];
    windows.forEach(({ machine_ids: machines, unavailability: { start, duration } }, at) => {
      const window = {
        start: millis(Math.floor(start.nanoseconds / NANOSECONDS)),
        ...(duration === undefined
          ? {}
          : { duration: millis(Math.ceil(duration.nanoseconds / NANOSECONDS)) }),
      };
      machines.forEach(({ hostname }, nth) => {
        const path = `/windows(${at})/machine_ids(${nth})/hostname`;
        const meant = agents.filter(
          (agent) => agent.hostname === hostname && agent.goneSince === undefined,
        );
        if (meant.length === 0) {
          details.push({ path, errors: [missingAgent(agents, hostname)] });
        }
        for (const { id } of meant) {
          if (found.has(id)) details.push({ path, errors: ['stands in two windows'] });
          found.set(id, window);
        }
      });
    });
    if (details.length > 0) throw new Problem(422, { message: 'Object is not valid', details });
    return found;
  }
}
