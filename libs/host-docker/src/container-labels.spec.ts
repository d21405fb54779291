import { expect } from 'chai';
import fc from 'fast-check';
import { millis, type TaskId } from '@ekiden/kernel';
import { clusterLabel, labelsFor, ownerOf } from './container-labels.js';
import { containerName, isKilledName, killedName } from './container-names.js';
import { containerSpec } from '../testing/index.js';

const id = (text: string): TaskId => text as TaskId;

describe('The labels of a container', () => {
  it('say all that is read back from them', () => {
    const texts = fc.string({ minLength: 1 });
    const ofPorts = fc.array(fc.nat(65_535), { maxLength: 3 });
    fc.assert(
      fc.property(
        texts,
        texts,
        fc.nat(),
        fc.nat(),
        ofPorts,
        (cluster, taskId, epoch, grace, ports) => {
          const killGracePeriod = millis(grace);
          const labels = labelsFor(
            cluster,
            containerSpec(taskId, { epoch, killGracePeriod, ports }),
          );
          const owner = { taskId, epoch, killGracePeriod, ports };
          expect(ownerOf(labels, cluster)).to.deep.equal(owner);
          expect(ownerOf(labels, `${cluster}x`)).to.equal(undefined);
        },
      ),
    );
  });

  it('cannot be replaced by what a task belongs to', () => {
    const about = { task: 'other', cluster: 'other', epoch: '99', app: '/web' };
    const labels = labelsFor('c', containerSpec('t', { labels: about }));
    expect(ownerOf(labels, 'c')).to.include({ taskId: 't', epoch: 1 });
    expect(labels['ekiden.app']).to.equal('/web');
  });

  const ours = labelsFor('c', containerSpec('t'));
  const foreign: readonly (readonly [string, Record<string, string> | null])[] = [
    ['no labels at all', null],
    ['no labels of ours', {}],
    ['another cluster', { ...ours, 'ekiden.cluster': 'd' }],
    ['an empty task', { ...ours, 'ekiden.task': '' }],
    ['an epoch that is no number', { ...ours, 'ekiden.epoch': 'new' }],
    ['an epoch that is no whole number', { ...ours, 'ekiden.epoch': '1.5' }],
    ['a grace that is no number', { ...ours, 'ekiden.kill-grace-ms': 'long' }],
    ['an empty epoch', { ...ours, 'ekiden.epoch': '' }],
  ];
  for (const [name, labels] of foreign) {
    it(`are not ours with ${name}`, () => {
      expect(ownerOf(labels, 'c')).to.equal(undefined);
    });
  }

  it('are not ours when one is missing', () => {
    for (const missing of [
      'ekiden.cluster',
      'ekiden.task',
      'ekiden.epoch',
      'ekiden.kill-grace-ms',
    ]) {
      const rest = Object.fromEntries(Object.entries(ours).filter(([key]) => key !== missing));
      expect(ownerOf(rest, 'c'), missing).to.equal(undefined);
    }
  });

  it('are found by the label of the cluster', () => {
    expect(clusterLabel('blue')).to.equal('ekiden.cluster=blue');
  });
});

describe('The name of a container', () => {
  it('is the same for the same task, and one an engine accepts', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(containerName(id(text))).to.match(/^ekiden-[a-zA-Z0-9_.-]*$/);
        expect(containerName(id(text))).to.equal(containerName(id(text)));
      }),
    );
    expect(containerName(id('shop_web.instance-1._app.1'))).to.equal(
      'ekiden-shop_web.instance-1._app.1',
    );
    expect(containerName(id('a/b c'))).to.equal('ekiden-a_b_c');
  });

  it('tells once it is renamed that a kill was asked for', () => {
    expect(isKilledName(killedName(id('web')), id('web'))).to.equal(true);
    expect(isKilledName(containerName(id('web')), id('web'))).to.equal(false);
    expect(isKilledName(containerName(id('web.killed')), id('web.killed'))).to.equal(false);
  });
});
