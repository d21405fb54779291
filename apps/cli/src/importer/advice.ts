import type { Violation } from '@ekiden/definitions';

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /Resident (?:apps|pods) cannot have the role/,
    'give it the name of its top-level group as role, or leave out its persistent volumes',
  ],
  [
    /Network name must be specified/,
    'name the network, or start the service with EKIDEN_DEFAULT_NETWORK_NAME',
  ],
  [/^error\.pattern$/, 'lower-case letters, digits, dashes and dots between slashes'],
  [/minimumHealthCapacity|maximumOverCapacity/, 'an upgradeStrategy needs both numbers'],
  [/must either contain one of 'cmd' or 'args'/, 'say what to run: cmd, args or an image'],
  [/Health check port indices/, 'a check names a port that the app does not have'],
  [/expected\.|is undefined on object/, 'correct the definition: Marathon refuses it as well'],
];

/** What a person can do about a broken rule, where that is known. */
export function adviceFor({ message, path }: Violation): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(message) || pattern.test(path))?.[1];
}
