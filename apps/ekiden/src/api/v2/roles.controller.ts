import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { nearest, tryRole } from '../../core/commands/index.js';
import { plainRole, roleView, roleViews } from '../../core/pool/index.js';
import type { RoleChange } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { deferredRuns, flag, json, notFound, rejectionProblem } from '../http/index.js';
import type { HttpAnswer, QueryValues } from '../http/index.js';
import { parseShape, roleUpdate } from '../schemas/index.js';
import { presentRole } from './presenters/index.js';

/** Who shares the pool: weights and quotas of roles. */
@Controller('v2/roles')
export class RolesController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async list(): Promise<HttpAnswer> {
    const views = await this.api.look(roleViews);
    return this.api.once(() => ({ roles: deferredRuns(views, presentRole) }));
  }

  @Get(':role')
  async show(@Param('role') role: string): Promise<HttpAnswer> {
    const seen = await this.api.look((look) => {
      const view = roleView(look, role);
      if (view !== undefined) return presentRole(view);
      const names = look.master.roles().map((books) => books.role);
      const near = nearest(names, role);
      const hint = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
      throw notFound(`Role '${role}' has no weight, quota, framework or reservation.${hint}`);
    });
    return json(seen);
  }

  @Put(':role')
  async put(
    @Param('role') role: string,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    return this.change(role, query, changeOf(body));
  }

  /** Back to weight 1 and no quota. */
  @Delete(':role')
  async remove(@Param('role') role: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    return this.change(role, query, { weight: 1, quota: null });
  }

  private async change(role: string, query: QueryValues, change: RoleChange): Promise<HttpAnswer> {
    const force = flag(query, 'force', false);
    if (flag(query, 'dryRun', false)) {
      const tried = await this.api.look((look) => tryRole(look, { role, change, force }));
      if (tried.ok) return json(presentRole(tried.value));
      throw rejectionProblem(tried.error);
    }
    await this.api.submit({ kind: 'setRole', role, change, force });
    return json(
      await this.api.look((look) => presentRole(roleView(look, role) ?? plainRole(role))),
    );
  }
}

/** `null` means absent everywhere but here: it takes a quota away. */
function changeOf(body: unknown): RoleChange {
  const { weight, quota } = parseShape(roleUpdate, body);
  const removes = (body as { readonly quota?: unknown }).quota === null;
  return {
    ...(weight === undefined ? {} : { weight }),
    ...(removes ? { quota: null } : quota === undefined ? {} : { quota }),
  };
}
