import { expect } from 'chai';
import { DEFAULT_SETTINGS } from '../core/turn/index.js';
import { TurnPace } from './turn-pace.js';

const IN_BULK = { awaited: false };

/** Launches per turn on a machine where each takes so long, turn after turn. */
function launches(msEach: number, turns: number): number[] {
  const pace = new TurnPace({ ...DEFAULT_SETTINGS, launchesPerTurn: 400 });
  return Array.from({ length: turns }, () => {
    const { launchesPerTurn } = pace.settings(IN_BULK);
    pace.note({ heldMs: launchesPerTurn * msEach, full: true });
    return launchesPerTurn;
  });
}

describe('the pace of turns', () => {
  it('comes to turns as large as their time allows', () => {
    for (const [msEach, most] of [
      [0.06, 333],
      [0.1, 200],
      [0.25, 80],
    ] as const) {
      expect(launches(msEach, 50).at(-1), `${msEach} ms`).to.be.closeTo(most, 2);
    }
  });

  it('never passes the bounds of the settings, and never stands still', () => {
    expect(Math.max(...launches(0, 50))).to.equal(400);
    expect(Math.min(...launches(100, 50))).to.equal(40);
    const pace = new TurnPace({ ...DEFAULT_SETTINGS, launchesPerTurn: 1, offersPerTurn: 1 });
    const { launchesPerTurn, offersPerTurn } = pace.settings(IN_BULK);
    expect([launchesPerTurn, offersPerTurn]).to.deep.equal([1, 1]);
  });

  it('hardly slows down for one long turn', () => {
    const pace = new TurnPace(DEFAULT_SETTINGS);
    const before = pace.settings(IN_BULK).launchesPerTurn;
    pace.note({ heldMs: 1_000, full: true });
    expect(pace.settings(IN_BULK).launchesPerTurn).to.equal(Math.round(before * 0.8));
  });

  it('takes on a quarter while somebody waits for the answer, and learns nothing from that', () => {
    const pace = new TurnPace(DEFAULT_SETTINGS);
    const before = pace.settings(IN_BULK).launchesPerTurn;
    expect(pace.settings({ awaited: true }).launchesPerTurn).to.equal(Math.round(before / 4));
    pace.note({ heldMs: 1, full: true });
    expect(pace.settings(IN_BULK).launchesPerTurn).to.equal(before);
  });

  it('learns nothing from turns that had little to do', () => {
    const pace = new TurnPace(DEFAULT_SETTINGS);
    const before = pace.settings(IN_BULK);
    pace.note({ heldMs: 2, full: false });
    expect(pace.settings(IN_BULK)).to.deep.equal(before);
  });
});
