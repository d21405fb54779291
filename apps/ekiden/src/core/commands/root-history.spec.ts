import { ChanceIdSource, SeededChance, millis } from '@ekiden/kernel';
import { expect } from 'chai';
import { GroupWorld, sleeper } from '../../../testing/group-world.js';
import { changeCommand } from '../../../testing/small-world.js';
import type { PathId } from '../app/index.js';
import { takeTurn } from '../loop/index.js';
import { DEFAULT_SETTINGS, type RootChange } from '../turn/index.js';

/** What several changes in one turn leave in the history, as `version id present`. */
function historyOf(...changes: readonly RootChange[]): string[] {
  const { state } = new GroupWorld();
  const chance = new SeededChance(1);
  const { draft } = takeTurn({
    state,
    batch: changes.map((change) => changeCommand(change, true)),
    now: millis(100),
    ids: new ChanceIdSource(chance),
    chance,
    settings: DEFAULT_SETTINGS,
  });
  expect(draft.rootVersions).to.deep.equal(changes.map((_, index) => 100 + index));
  return [...draft.groupHistory, ...draft.appRemovals].map(
    ({ id, version, data }) => `${version} ${id} ${data === undefined ? 'gone' : 'there'}`,
  );
}

describe('the history of a turn', () => {
  it('keeps what each of several root versions made of a group', () => {
    const id = '/g/x' as PathId;
    const history = historyOf(
      { kind: 'createGroup', id, group: { apps: [sleeper('a')] } },
      { kind: 'deleteGroup', id },
      { kind: 'createGroup', id, group: {} },
    );
    expect(history).to.deep.equal([
      '100 /g/x there',
      '100 /g there',
      '101 /g/x gone',
      '102 /g/x there',
      '101 /g/x/a gone',
    ]);
  });

  it('has groups that were made around an app', () => {
    const id = '/n/m/a' as PathId;
    expect(historyOf({ kind: 'createApp', id, app: sleeper('/n/m/a') })).to.deep.equal([
      '100 /n/m there',
      '100 /n there',
    ]);
  });
});
