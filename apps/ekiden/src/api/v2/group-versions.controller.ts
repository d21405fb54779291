import { Controller, Get, Param, Query } from '@nestjs/common';
import { formatTimestamp } from '@ekiden/kernel';
import { ROOT_ID, type AppDefinition } from '../../core/app/index.js';
import { snapshotTree } from '../../core/group/index.js';
import { ApiContext } from '../api-context.js';
import { DeferredJson, all, json, type HttpAnswer, type QueryValues } from '../http/index.js';
import { idOf, missingGroup, versionOf } from './ids.js';
import {
  deferPodStatus,
  groupEmbedsOf,
  presentApp,
  presentGroup,
  rolloutOf,
} from './presenters/index.js';

/** Groups as they once were (marathon-api 4.2). */
@Controller(['v2/groups/versions', 'v2/groups/:id/versions'])
export class GroupVersionsController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  async list(@Param('id') parameter: string | undefined): Promise<HttpAnswer> {
    const id = idOf(parameter ?? ROOT_ID);
    if (id !== ROOT_ID && !this.api.state().root.groups.has(id)) throw missingGroup(id);
    const versions = await this.api.stored((door) => door.rootVersionsOf(id));
    return json(versions.map(formatTimestamp));
  }

  @Get(':version')
  async show(
    @Param('id') parameter: string | undefined,
    @Param('version') text: string,
    @Query() query: QueryValues,
  ): Promise<HttpAnswer> {
    const id = idOf(parameter ?? ROOT_ID);
    const version = versionOf(text);
    const snapshot = await this.api.stored((door) => door.rootAt(id, version));
    // As it was: nothing of today's state is added to it, only what belongs to definitions.
    const { rollout, ofApps } = groupEmbedsOf(all(query, 'embed'));
    const embeds = { ...groupEmbedsOf([]), rollout };
    const presentThen = (app: AppDefinition): DeferredJson =>
      new DeferredJson(() =>
        JSON.stringify({ ...presentApp(app), ...rolloutOf(app, ofApps.has('rollout')) }),
      );
    const { value: shown } = await this.api.ofOneState(function* (state) {
      if (snapshot === undefined) return undefined;
      const tree = snapshotTree(snapshot);
      return presentGroup(id, {
        tree,
        version,
        embeds,
        presentApp: presentThen,
        presentPod: (pod) => {
          const instances = state.instances.by('app', pod.id);
          const ofVersion = instances.filter(({ appVersion }) => appVersion === pod.version);
          return deferPodStatus(pod, state, ofVersion);
        },
      });
    });
    if (shown === undefined) throw missingGroup(id);
    return this.api.once(() => shown);
  }
}
