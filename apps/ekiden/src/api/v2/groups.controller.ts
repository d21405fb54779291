import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { mapInSteps } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import {
  ROOT_ID,
  isPod,
  resolveId,
  type AppDefinition,
  type PathId,
} from '../../core/app/index.js';
import { appsBelow, treeOf, type GroupWire } from '../../core/group/index.js';
import type { RootChange, StateView } from '../../core/turn/index.js';
import { ApiContext } from '../api-context.js';
import { all, empty, flag, type HttpAnswer, type QueryValues } from '../http/index.js';
import {
  groupRoles,
  groupUpdate,
  checkGroup,
  parseDefinition,
  parseShape,
} from '../schemas/index.js';
import { deploymentResult, locationHeader } from './answers.js';
import { withGenerations } from './generations.js';
import { idOf, missingGroup, versionOf } from './ids.js';
import {
  deferAppInfo,
  deferPodStatus,
  embedsOf,
  groupEmbedsOf,
  presentGroup,
  type GroupEmbeds,
} from './presenters/index.js';
import { overlapOf } from './overlap.js';
import { submitChange } from './submit-change.js';

type GroupChange = Extract<RootChange, { readonly kind: `${string}Group` }>;

/** Groups; without an id the root (marathon-api 4.2). */
@Controller('v2/groups')
export class GroupsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get(['', ':id'])
  show(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string | undefined,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const embeds = groupEmbedsOf(all(query, 'embed'));
    const ofApps = withGenerations(embeds.ofApps, query);
    const id = groupIdOf(parameter);
    const { now } = this.api;
    return this.api.list(request, {
      fresh: embeds.ofApps.has('taskStats'),
      *make(state) {
        const shown = new Map(
          yield* mapInSteps(specsIn(id, state, embeds), (spec) => {
            const later = isPod(spec)
              ? deferPodStatus(spec, state)
              : deferAppInfo(spec, state, ofApps, now);
            return [spec.id, later] as const;
          }),
        );
        const group = presentGroup(id, {
          tree: treeOf(state.root),
          version: state.root.version,
          embeds,
          presentApp: (app) => shown.get(app.id),
          presentPod: (pod) => shown.get(pod.id),
        });
        if (group === undefined) throw missingGroup(id);
        return group;
      },
    });
  }

  /** All apps at any depth; none for a group that does not exist. */
  @Get(['apps', ':id/apps'])
  apps(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string | undefined,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const embeds = withGenerations(embedsOf(all(query, 'embed'), []), query);
    const { now } = this.api;
    return this.api.list(request, {
      fresh: embeds.has('taskStats'),
      make: (state) => {
        const specs = appsBelow(treeOf(state.root), groupIdOf(parameter));
        const apps = specs.filter((spec) => !isPod(spec));
        return mapInSteps(apps, (app) => deferAppInfo(app, state, embeds, now));
      },
    });
  }

  @Post(['', ':id'])
  async create(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string | undefined,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const group = await this.parse('createGroup', parameter, body);
    const change = { kind: 'createGroup', id: subjectOf(group, parameter), group } as const;
    return this.change(request, query, { change, status: 201 });
  }

  @Put(['', ':id'])
  async put(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string | undefined,
    @Query() query: QueryValues,
    @Body() body: unknown,
  ): Promise<HttpAnswer> {
    const group = await this.parse('updateGroup', parameter, body);
    const change = await this.changeFor(subjectOf(group, parameter), group);
    return this.change(request, query, { change, status: 200 });
  }

  @Patch(':id')
  async patch(@Param('id') parameter: string, @Body() body: unknown): Promise<HttpAnswer> {
    const { enforceRole = this.api.settings.newGroupsEnforceRole } = parseShape(groupRoles, body);
    await this.api.submit({ kind: 'enforceRole', group: idOf(parameter), enforceRole });
    return empty(200);
  }

  @Delete(['', ':id'])
  async remove(
    @Req() request: FastifyRequest,
    @Param('id') parameter: string | undefined,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const wipe = flag(query, 'wipe', false) ? { wipe: true } : {};
    const change = { kind: 'deleteGroup', id: groupIdOf(parameter), ...wipe } as const;
    return this.change(request, query, { change, status: 200 });
  }

  private async parse(
    kind: 'createGroup' | 'updateGroup',
    parameter: string | undefined,
    body: unknown,
  ): Promise<GroupWire> {
    const sound = await this.api.little(checkGroup(body));
    if (sound !== undefined) return sound;
    return parseDefinition(groupUpdate, body, ({ document: group, broken }) =>
      this.api.judge({ kind, id: subjectOf(group, parameter), group }, broken),
    );
  }

  /** A document of nothing but `scaleBy` or `version` is a request of its own. */
  private async changeFor(id: PathId, group: GroupWire): Promise<GroupChange> {
    const { scaleBy, version } = group;
    const fields = Object.values(group).filter((value) => value !== undefined);
    if (fields.length === 1 && typeof scaleBy === 'number') {
      return { kind: 'scaleGroup', id, by: scaleBy };
    }
    if (fields.length === 1 && typeof version === 'string') {
      const at = versionOf(version);
      const snapshot = await this.api.stored((door) => door.rootAt(id, at));
      return { kind: 'restoreGroup', id, version: at, snapshot };
    }
    return { kind: 'updateGroup', id, group };
  }

  private async change(
    request: FastifyRequest,
    query: QueryValues,
    { change, status }: { readonly change: GroupChange; readonly status: number },
  ): Promise<HttpAnswer> {
    const { force } = overlapOf(query);
    if ('group' in change) await this.api.prepare(change, { force });
    const headers = status === 201 ? locationHeader(request, change.id) : {};
    return submitChange(this.api, { request, query, change }, (done) =>
      deploymentResult(done, { status, headers }),
    );
  }
}

/** Apps and pods that a group is shown with. */
function specsIn(
  id: PathId,
  { root }: StateView,
  { apps, pods, groups }: GroupEmbeds,
): readonly AppDefinition[] {
  const tree = treeOf(root);
  const specs = groups ? appsBelow(tree, id) : tree.appsIn(id);
  return specs.filter((spec) => (isPod(spec) ? pods : apps));
}

function groupIdOf(parameter: string | undefined): PathId {
  return parameter === undefined ? ROOT_ID : idOf(parameter);
}

/** The id in the body is relative to that of the URL. */
function subjectOf({ id }: GroupWire, parameter: string | undefined): PathId {
  return resolveId(id ?? '', groupIdOf(parameter));
}
