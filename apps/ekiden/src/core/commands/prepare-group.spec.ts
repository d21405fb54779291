import { expect } from 'chai';
import fc from 'fast-check';
import { millis, runSteps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { GroupWire } from '../group/index.js';
import { DEFAULT_SETTINGS, emptyRows, type OrchestratorSettings } from '../turn/index.js';
import type { Standing } from './build-app.js';
import { mergeGroup } from './merge-group.js';
import { prepareGroup } from './prepare-group.js';

const GROUP = '/shop' as PathId;

const app = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    cmd: fc.constantFrom('sleep 1', 'sleep 2', undefined),
    instances: fc.nat(2),
    role: fc.constantFrom('shop', 'other', undefined),
    dependencies: fc.constantFrom(['b'], ['../x'], undefined),
  },
  { requiredKeys: ['id', 'instances'] },
);
const apps = fc.uniqueArray(app, { selector: ({ id }) => id });
const group = fc.record({
  apps,
  groups: fc.constant([]),
  enforceRole: fc.constantFrom(true, undefined),
});

const settingsOf = (enforced: boolean): OrchestratorSettings => ({
  ...DEFAULT_SETTINGS,
  newGroupsEnforceRole: enforced,
});

function standingWith(wire: GroupWire, settings: OrchestratorSettings): Standing {
  const draft = emptyRows();
  const standing = { draft, settings };
  const options = { version: millis(5), force: false };
  const made = runSteps(mergeGroup(standing, { id: GROUP, group: wire }, options));
  for (const { id, after } of made.ok ? made.value.changes : []) {
    if (after !== undefined) draft.apps.put(id, after);
  }
  for (const { id, after } of made.ok ? (made.value.groupChanges ?? []) : []) {
    if (after !== undefined) draft.groups.put(id, after);
  }
  return standing;
}

describe('preparing a group ahead of its turn', () => {
  it('changes nothing about what the turn decides, whatever happened between the two', () => {
    const before = fc.record({ group, enforced: fc.boolean(), force: fc.boolean() });
    fc.assert(
      fc.property(group, before, before, (wire, early, late) => {
        const change = { id: GROUP, group: wire };
        const standing = standingWith(late.group, settingsOf(late.enforced));
        const options = { version: millis(9), force: late.force };
        const plain = runSteps(mergeGroup(standing, structuredClone(change), options));

        const at = standingWith(early.group, settingsOf(early.enforced));
        expect([...prepareGroup(at, change, { force: early.force })].length).to.equal(
          wire.apps.length,
        );
        expect([...prepareGroup(standing, change, { force: early.force })]).to.be.an('array');
        expect(runSteps(mergeGroup(standing, change, options))).to.deep.equal(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('builds each app once, in a step of its own', () => {
    const wire = { apps: [{ id: 'a', cmd: 'x y' }], groups: [{ id: 'g', apps: [{ id: 'b' }] }] };
    const standing = standingWith({}, DEFAULT_SETTINGS);
    const steps = [...prepareGroup(standing, { id: GROUP, group: wire }, { force: false })];
    expect(steps.length).to.equal(2);
  });
});
