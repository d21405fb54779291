import { expect } from 'chai';
import fc from 'fast-check';
import { runSteps } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';
import { sampleApp } from '../app/sample-app.js';
import { DependencyGraph } from './dependency-graph.js';
import { sampleTree } from './sample-tree.js';

const id = (text: string): PathId => text as PathId;

function graph(
  apps: Readonly<Record<string, readonly string[]>>,
  groups: Readonly<Record<string, readonly string[]>> = {},
): DependencyGraph {
  const definitions = Object.entries(apps).map(([app, dependencies]) => ({
    ...sampleApp(),
    id: id(app),
    dependencies: dependencies.map(id),
  }));
  return new DependencyGraph(sampleTree(definitions, groups));
}

/** An app of a graph to begin a search at. */
function start(app: string, dependencies: readonly string[]): AppDefinition {
  return { ...sampleApp(), id: id(app), dependencies: dependencies.map(id) };
}

describe('the dependency graph', () => {
  it('takes apps and all apps of a group as dependencies, and ignores what names nothing', () => {
    const edges = graph({
      '/web': ['/db', '/shop', '/nothing'],
      '/db': [],
      '/shop/api': [],
      '/shop/deep/worker': [],
    });
    expect(edges.dependenciesOf(id('/web'))).to.have.members([
      '/db',
      '/shop/api',
      '/shop/deep/worker',
    ]);
  });

  it('hands the dependencies of a group down to every app below it', () => {
    const edges = graph(
      { '/front/web': [], '/front/deep/edge': [], '/back/db': [] },
      { '/front': ['/back'] },
    );
    expect(edges.dependenciesOf(id('/front/web'))).to.deep.equal(['/back/db']);
    expect(edges.dependenciesOf(id('/front/deep/edge'))).to.deep.equal(['/back/db']);
    expect(edges.dependenciesOf(id('/back/db'))).to.deep.equal([]);
  });

  it('hands down apps that a group depends on, but none that is in it', () => {
    const edges = graph(
      { '/front/web': [], '/front/deep/edge': [], '/front/cache': [], '/db': [] },
      { '/front': ['/db', '/front/cache'], '/front/deep': ['/front/cache'] },
    );
    expect(edges.dependenciesOf(id('/front/web'))).to.deep.equal(['/db']);
    expect(edges.dependenciesOf(id('/front/cache'))).to.deep.equal(['/db']);
    expect(edges.dependenciesOf(id('/front/deep/edge'))).to.deep.equal(['/front/cache', '/db']);
    expect(edges.levelOf(id('/front/deep/edge'))).to.equal(3);
  });

  it('gives the apps of a cycle that was accepted once a level all the same', () => {
    const edges = graph({ '/a': ['/b'], '/b': ['/c', '/d'], '/c': ['/a'], '/d': [], '/e': ['/a'] });
    for (const app of ['/a', '/b', '/c', '/d', '/e']) {
      expect(edges.levelOf(id(app)), app).to.be.within(1, 5);
    }
    expect(edges.levelOf(id('/e'))).to.be.greaterThan(edges.levelOf(id('/a')));
  });

  it('counts the longest chain as the level (DEP-07)', () => {
    const chain = graph({
      '/a': ['/b', '/c'],
      '/b': ['/c'],
      '/c': ['/d'],
      '/d': [],
      '/e': [],
    });
    const levels = ['/a', '/b', '/c', '/d', '/e'].map((app) => chain.levelOf(id(app)));
    expect(levels).to.deep.equal([4, 3, 2, 1, 1]);
  });

  it('finds levels of a chain of thousands without running out of stack', () => {
    const apps: Record<string, readonly string[]> = { '/n0': [] };
    for (let n = 1; n < 5_000; n += 1) apps[`/n${n}`] = [`/n${n - 1}`];
    expect(graph(apps).levelOf(id('/n4999'))).to.equal(5_000);
  });

  it('names a cycle from its beginning to its beginning', () => {
    const edges = graph({ '/db': ['/front'], '/front': ['/service'], '/service': ['/db'] });
    expect(runSteps(edges.findCycle([start('/db', ['/front'])]))?.path).to.deep.equal([
      '/db',
      '/front',
      '/service',
      '/db',
    ]);
  });

  it('names an app that depends on itself', () => {
    const self = graph({ '/a': ['/a'] });
    expect(runSteps(self.findCycle([start('/a', ['/a'])]))?.path).to.deep.equal(['/a', '/a']);
  });

  it('finds no cycle in two ways to one app', () => {
    const edges = graph({ '/a': ['/b', '/c'], '/b': ['/d'], '/c': ['/d'], '/d': [] });
    expect(runSteps(edges.findCycle([start('/a', ['/b', '/c'])]))).to.equal(undefined);
  });

  it('puts every app above all it depends on, or finds a cycle', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 16 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const apps: Record<string, string[]> = {};
        for (let n = 0; n < 8; n += 1) apps[`/n${n}`] = [];
        for (const [from, to] of pairs) apps[`/n${from}`]?.push(`/n${to}`);
        const some = graph(apps);
        const all = Object.keys(apps).map(id);
        const starts = all.map((app) => start(app, apps[app] ?? []));
        if (runSteps(some.findCycle(starts)) !== undefined) return;
        for (const app of all) {
          for (const dependency of some.dependenciesOf(app)) {
            expect(some.levelOf(app)).to.be.greaterThan(some.levelOf(dependency));
          }
        }
      }),
    );
  });
});
