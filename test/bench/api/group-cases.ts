import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { wireOf } from './app-documents.js';
import type { PathId } from '../../../apps/ekiden/src/core/app/index.js';
import { appsOnLevels, groupOfLevels } from '../group/index.js';
import { change, settled } from './service-calls.js';
import type { Stage } from './stage.js';

const OWN = '/bench-group';

/** Apps with documents as teams write them. */
const PUT_APPS = 2_000;

const LEVELS = 5;

/** 5e, and what belongs to 5d over HTTP: a great many apps in one request. */
export function groupCases(stage: Stage, quick: boolean): readonly Case[] {
  return [manyApps(stage, quick ? 200 : PUT_APPS), fiveLevels(stage, quick ? LEVELS - 2 : LEVELS)];
}

function manyApps(stage: Stage, count: number): Case {
  const apps = Array.from({ length: count }, (_, n) => {
    const id = `${OWN}/app-${n}` as PathId;
    const { container: _container, networks: _networks, ...wire } = wireOf(id, n);
    return { ...wire, instances: 0 };
  });
  const body = JSON.stringify({ id: OWN, apps });
  const config = `${count} apps, ${(body.length / 1e6).toFixed(1)} MB`;
  return apiCase(stage, {
    name: 'a group of many apps',
    reference: parsing(body),
    subject: {
      about: 'PUT of the group until it is answered, so committed',
      run: async (at) => {
        const { url } = at.service;
        await at.loop();
        const time = await change('PUT', `${url}/v2/groups/${OWN}`, body);
        const loop = await at.loop();
        await settled(url);
        await change('DELETE', `${url}/v2/groups/${OWN}?force=true`);
        await settled(url);
        return { time: time / 1_000, longest: loop.max };
      },
    },
    rows: [
      { measure: 'time', config, unit: 's', goal: 'groupPut' },
      { measure: 'longest', config: `${config}, longest round`, unit: 'ms', goal: 'groupPutSlice' },
    ],
  });
}

function fiveLevels(stage: Stage, levels: number): Case {
  const group = groupOfLevels('bench-levels', levels);
  const body = JSON.stringify({ id: '/bench-levels', groups: group.groups });
  const config = `${appsOnLevels(levels)} apps, ${levels} levels, ${(body.length / 1e6).toFixed(1)} MB`;
  return apiCase(stage, {
    name: 'a group of five levels',
    reference: parsing(body),
    subject: {
      about: 'PUT as a dry run: checked, normalised, converted, planned',
      run: async (at) => {
        await at.loop();
        const url = `${at.service.url}/v2/groups/bench-levels?dryRun=true`;
        const time = await change('PUT', url, body);
        const loop = await at.loop();
        return { time: time / 1_000, longest: loop.max };
      },
    },
    rows: [
      { measure: 'time', config, unit: 's' },
      {
        measure: 'longest',
        config: `${config}, longest round`,
        unit: 'ms',
      },
    ],
  });
}

function parsing(body: string) {
  return {
    about: 'the same body, parsed by Nest on Fastify',
    run: async ({ reference }: Stage) => {
      return { time: (await change('PUT', `${reference.url}/v2/parse`, body)) / 1_000 };
    },
  };
}
