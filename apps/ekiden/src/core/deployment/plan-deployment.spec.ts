import { expect } from 'chai';
import { millis, runSteps } from '@ekiden/kernel';
import { stampVersion, type AppDefinition, type AppWire, type PathId } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import { DependencyGraph } from '../group/index.js';
import { sampleTree } from '../group/sample-tree.js';
import { lintPlan } from './lint-plan.js';
import { planDeployment } from './plan-deployment.js';
import type { AppChange } from './plan.js';

const ORIGINAL = millis(1);
const TARGET = millis(2);

type Wires = Readonly<Record<string, AppWire>>;

function apps(wires: Wires, before: Wires = {}): Map<string, AppDefinition> {
  return new Map(
    Object.entries(wires).map(([id, wire]) => {
      const made = sampleApp(wire, sampleContext({ id: id as PathId }));
      const old = before[id];
      const stamped =
        old === undefined
          ? undefined
          : stampVersion(undefined, sampleApp(old, sampleContext({ id: id as PathId })), ORIGINAL);
      return [id, stampVersion(stamped, made, TARGET)];
    }),
  );
}

/** Steps as text, from the apps before to the apps after. */
function steps(before: Wires, after: Wires): string[] {
  const original = new Map(
    Object.entries(before).map(([id, wire]) => [
      id,
      stampVersion(undefined, sampleApp(wire, sampleContext({ id: id as PathId })), ORIGINAL),
    ]),
  );
  const target = apps(after, before);
  const ids = [...new Set([...original.keys(), ...target.keys()])];
  const changes = ids.flatMap((id): AppChange[] => {
    const [old, made] = [original.get(id), target.get(id)];
    const same = old !== undefined && made?.version === old.version;
    if (same) return [];
    return [{ id: id as PathId, ...(old && { before: old }), ...(made && { after: made }) }];
  });
  const tree = sampleTree([...target.values()]);
  const input = {
    id: 'plan',
    parent: ORIGINAL,
    version: TARGET,
    original: sampleTree([...original.values()]),
    target: tree,
    graph: new DependencyGraph(tree),
    changes,
    groupChanges: [],
    sentenced: {},
    warnings: [],
  };
  const plan = runSteps(planDeployment(input));
  expect(runSteps(lintPlan(plan))).to.deep.equal([]);
  return plan.steps.map(({ actions }) =>
    actions
      .map(({ kind, app }) => `${kind.replace('Application', '')} ${app}`)
      .sort()
      .join(', '),
  );
}

const dependsOn = (...dependencies: string[]): AppWire => ({ dependencies });

describe('a deployment plan', () => {
  it('starts everything, then brings it up level by level (DEP-06)', () => {
    const after = {
      '/t/a': {},
      '/t/b': dependsOn('/t/a'),
      '/t/c': dependsOn('/t/a'),
      '/t/d': dependsOn('/t/b'),
    };
    expect(steps({}, after)).to.deep.equal([
      'Start /t/a, Start /t/b, Start /t/c, Start /t/d',
      'Scale /t/a',
      'Scale /t/b, Scale /t/c',
      'Scale /t/d',
    ]);
  });

  it('puts free apps on the first level (DEP-07)', () => {
    const after = {
      '/a': dependsOn('/b', '/c'),
      '/b': dependsOn('/c'),
      '/c': dependsOn('/d'),
      '/d': {},
      '/e': {},
    };
    expect(steps({}, after).slice(1)).to.deep.equal([
      'Scale /d, Scale /e',
      'Scale /c',
      'Scale /b',
      'Scale /a',
    ]);
  });

  it('stops, starts, restarts and scales in five steps (DEP-08)', () => {
    const before = {
      '/mongo': { instances: 4 },
      '/srv': { instances: 4, dependencies: ['/mongo'] },
      '/to-stop': {},
      '/independent': {},
    };
    const after = {
      '/mongo': { instances: 8, cmd: 'new' },
      '/srv': { instances: 10, cmd: 'new', dependencies: ['/mongo'] },
      '/independent': { instances: 3, cmd: 'new' },
      '/to-start': { instances: 2, dependencies: ['/srv'] },
    };
    expect(steps(before, after)).to.deep.equal([
      'Stop /to-stop',
      'Start /to-start',
      'Restart /independent, Restart /mongo',
      'Restart /srv',
      'Scale /to-start',
    ]);
  });

  it('brings independent apps up side by side (DEP-09)', () => {
    const ten = { instances: 10 };
    expect(steps({}, { '/a': ten, '/b': ten, '/c': ten, '/d': ten })).to.deep.equal([
      'Start /a, Start /b, Start /c, Start /d',
      'Scale /a, Scale /b, Scale /c, Scale /d',
    ]);
  });

  it('keeps the levels of the whole graph when the middle is untouched (DEP-13)', () => {
    const chain = (cmd: string): Wires => ({
      '/a': { cmd, dependencies: ['/b'] },
      '/b': dependsOn('/c'),
      '/c': { cmd },
    });
    expect(steps(chain('old'), chain('new'))).to.deep.equal(['Restart /c', 'Restart /a']);
  });

  it('restarts an app whose arguments change (DEP-18)', () => {
    const before: Wires = { '/a': { cmd: null, args: ['one'] } };
    const after: Wires = { '/a': { cmd: null, args: ['two'] } };
    expect(steps(before, after)).to.deep.equal(['Restart /a']);
  });

  it('scales an app to nothing instead of restarting it (DEP-19)', () => {
    const before = { '/a': { instances: 3 } };
    expect(steps(before, { '/a': { instances: 0, cmd: 'new' } })).to.deep.equal(['Scale /a']);
  });

  it('scales dependencies first, also downwards (DEP-12)', () => {
    const sized = (instances: number): Wires => ({
      '/db': { instances },
      '/app': { instances, dependencies: ['/db'] },
    });
    expect(steps(sized(4), sized(1))).to.deep.equal(['Scale /db', 'Scale /app']);
  });

  it('has no steps when nothing changes', () => {
    expect(steps({ '/a': {} }, { '/a': {} })).to.deep.equal([]);
  });

  it('stops dependants before what they used', () => {
    const before = { '/db': {}, '/api': dependsOn('/db'), '/web': dependsOn('/api'), '/x': {} };
    expect(steps(before, {})).to.deep.equal(['Stop /web', 'Stop /api', 'Stop /db, Stop /x']);
  });

  it('keeps a removed app until those that used it have been upgraded', () => {
    const before = { '/old': {}, '/web': dependsOn('/old') };
    const after = { '/web': dependsOn('/new'), '/new': {} };
    expect(steps(before, after)).to.deep.equal([
      'Start /new',
      'Scale /new',
      'Restart /web',
      'Stop /old',
    ]);
  });

  it('stops a removed app first when a newcomer takes its host port', () => {
    const port = { requirePorts: true, portDefinitions: [{ port: 8080 }] };
    const before = { '/old': port, '/web': dependsOn('/old') };
    const after = { '/web': dependsOn('/new'), '/new': port };
    expect(steps(before, after)).to.deep.equal([
      'Stop /old',
      'Start /new',
      'Scale /new',
      'Restart /web',
    ]);
  });
});
