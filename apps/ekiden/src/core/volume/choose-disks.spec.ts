import { expect } from 'chai';
import { formatResource, parseResources, type Resources } from '@ekiden/offers';
import type { PersistentVolume } from '../app/index.js';
import { chooseDisks, type LocalVolume } from './choose-disks.js';

function bag(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function volume(persistent: Partial<PersistentVolume>, containerPath = 'data'): LocalVolume {
  return {
    kind: 'persistent',
    containerPath,
    mode: 'RW',
    persistent: { type: 'root', size: 10, constraints: [], ...persistent },
  };
}

/** The disks chosen, or what was short. */
function chosen(free: string, ...volumes: readonly LocalVolume[]): unknown {
  const disks = chooseDisks(bag(free), volumes);
  return disks.ok ? disks.value.map(({ disk }) => formatResource(disk)) : disks.error;
}

describe('choosing disks for volumes', () => {
  it('VOL-18: gives the smallest mounted disk that will do, and all of it', () => {
    const disks = 'disk[MOUNT:/a]:10;disk[MOUNT:/b]:20;disk[MOUNT:/c]:50;disk:1000';
    const wish = volume({ type: 'mount', size: 15, maxSize: 30 });
    expect(chosen(disks, wish)).to.deep.equal(['disk[MOUNT:/b]:20']);
    expect(chosen('disk[MOUNT:/a]:10;disk[MOUNT:/c]:50', wish)).to.include({ type: 'mount' });
  });

  it('VOL-19: keeps to the disks that a constraint lets in', () => {
    const disks = 'disk[PATH:/mnt/hdd]:500;disk[PATH:/mnt/ssd1]:100;disk[PATH:/mnt/ssd2]:200';
    const constraints = [['path', 'LIKE', '/mnt/ssd.*']] as const;
    expect(chosen(disks, volume({ type: 'path', constraints }))).to.deep.equal([
      'disk[PATH:/mnt/ssd2]:10',
    ]);
    const others = [['path', 'UNLIKE', '/mnt/ssd.*']] as const;
    expect(chosen(disks, volume({ type: 'path', constraints: others }))).to.deep.equal([
      'disk[PATH:/mnt/hdd]:10',
    ]);
  });

  it('takes parts of the root disk, the biggest request first', () => {
    const wishes = [volume({ size: 10 }), volume({ size: 90 }, 'more')];
    expect(chosen('disk:100', ...wishes)).to.deep.equal(['disk:10', 'disk:90']);
    expect(chosen('disk:99', ...wishes)).to.deep.equal({
      containerPath: 'data',
      type: 'root',
      size: 10_000,
      largest: 9_000,
    });
  });

  it('leaves disks of a profile to those that name it', () => {
    expect(chosen('disk[PATH:/a]:100', volume({ type: 'path', profileName: 'fast' }))).to.include({
      largest: 0,
    });
  });
});
