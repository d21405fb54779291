import { millis, seconds, type Chance } from '@ekiden/kernel';
import { FaultPlan } from '@ekiden/testkit';

/** Of the leader, by the moment of the turn. */
export const LEADER_FAULTS = [
  'crashBeforeCommit',
  'commitRefused',
  'unknownCommitted',
  'unknownNotCommitted',
  'crashAfterCommit',
  'crashBetweenEffects',
] as const;

export type LeaderFault = (typeof LEADER_FAULTS)[number];

export type FaultKind =
  // Between hosts and the leader.
  | 'lostStatus'
  | 'repeatedStatus'
  | 'lateStatus'
  | 'lostAcknowledgement'
  | 'lostKill'
  // On hosts.
  | 'failedStart'
  | 'crash'
  | 'ignoredKill'
  | 'sickSpell'
  | 'partition'
  /** The host does nothing for a while, and then all that it was asked meanwhile. */
  | 'freeze'
  /** It is asked what it runs although nothing has happened. */
  | 'lookAgain'
  | 'reboot'
  | 'wipe'
  | LeaderFault;

export type Faults = FaultPlan<FaultKind>;

/** Rates are per occasion: a status, a launch, a kill, a turn. */
export function faultsFor(chance: Chance): Faults {
  return new FaultPlan<FaultKind>(chance, {
    lostStatus: { rateMax: 0.3 },
    repeatedStatus: { rateMax: 0.3 },
    lateStatus: { rateMax: 0.3, lastsMax: seconds(20) },
    lostAcknowledgement: { rateMax: 0.2 },
    lostKill: { rateMax: 0.3 },
    failedStart: { rateMax: 0.3 },
    crash: { rateMax: 0.3, lastsMax: seconds(120) },
    ignoredKill: { rateMax: 0.3, lastsMax: seconds(90) },
    sickSpell: { rateMax: 0.3, lastsMax: seconds(60) },
    partition: { rateMax: 0.02, lastsMax: seconds(240) },
    freeze: { rateMax: 0.02, lastsMax: seconds(60) },
    lookAgain: { rateMax: 0.05 },
    reboot: { rateMax: 0.01 },
    wipe: { rateMax: 0.005 },
    crashBeforeCommit: { rateMax: 0.04 },
    commitRefused: { rateMax: 0.04 },
    unknownCommitted: { rateMax: 0.04 },
    unknownNotCommitted: { rateMax: 0.04 },
    crashAfterCommit: { rateMax: 0.04 },
    crashBetweenEffects: { rateMax: 0.04 },
  });
}

/** How long the network takes when it is well. */
export const NETWORK_DELAY = millis(20);
