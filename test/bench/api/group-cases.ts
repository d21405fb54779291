import type { Case } from '../benchmark.js';
import { apiCase } from './api-case.js';
import { wireOf } from './app-documents.js';
import type { AppWire, PathId } from '../../../apps/ekiden/src/core/app/index.js';
import { change, settled } from './service-calls.js';
import type { Stage } from './stage.js';

const OWN = '/bench-group';

/** Apps with documents as teams write them. */
const PUT_APPS = 2_000;

/** Five levels of ten groups each, and an app in each group of the last: as many as Marathon's. */
const LEVELS = 5;
const WIDTH = 10;

interface GroupDocument {
  readonly id: string;
  readonly apps?: readonly AppWire[];
  readonly groups?: readonly GroupDocument[];
}

/** 5d and 5e: a great many apps in one request. */
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
  const group = groupOf('bench-levels', levels);
  const body = JSON.stringify({ id: '/bench-levels', groups: group.groups });
  const config = `${WIDTH ** levels} apps, ${levels} levels, ${(body.length / 1e6).toFixed(1)} MB`;
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
      { measure: 'time', config, unit: 's', goal: 'groupLarge' },
      {
        measure: 'longest',
        config: `${config}, longest round`,
        unit: 'ms',
        goal: 'groupLargeSlice',
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

function groupOf(id: string, levels: number): GroupDocument {
  if (levels === 1) {
    const apps = Array.from({ length: WIDTH }, (_, n) => {
      return { id: `app-${n}`, cmd: 'sleep 1000', instances: 0, portDefinitions: [] };
    });
    return { id, apps };
  }
  return { id, groups: Array.from({ length: WIDTH }, (_, n) => groupOf(`g${n}`, levels - 1)) };
}
