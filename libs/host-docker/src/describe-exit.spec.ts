import { expect } from 'chai';
import type { TaskExit } from '@ekiden/host';
import { describeExit, type ContainerState, type ExitFacts } from './describe-exit.js';

const STATE: ContainerState = { ExitCode: 0, OOMKilled: false, Error: '' };
const FACTS: ExitFacts = {
  command: undefined,
  memoryLimit: undefined,
  killAsked: false,
  engineWasAway: false,
};
const LIMIT = 64 * 1_048_576;

const cases: readonly (readonly [string, Partial<ContainerState>, Partial<ExitFacts>, TaskExit])[] =
  [
    ['success', {}, {}, { exitCode: 0, message: 'Command exited with status 0' }],
    ['an exit code', { ExitCode: 7 }, {}, { exitCode: 7, message: 'Command exited with status 7' }],
    [
      'a signal',
      { ExitCode: 143 },
      { killAsked: true },
      { exitCode: 143, signal: 'SIGTERM', message: 'Command terminated with signal SIGTERM' },
    ],
    [
      'a command that is not there',
      { ExitCode: 127 },
      { command: { kind: 'argv', value: ['nope'] } },
      { exitCode: 127, message: 'Command exited with status 127 (command not found: nope)' },
    ],
    [
      'out of memory',
      { ExitCode: 137, OOMKilled: true },
      { memoryLimit: LIMIT },
      {
        exitCode: 137,
        signal: 'SIGKILL',
        reason: 'CONTAINER_LIMITATION_MEMORY',
        message:
          'Out of memory: used more than its limit of 64 MiB (Command terminated with signal SIGKILL)',
      },
    ],
    [
      'out of memory of a limit nobody knows',
      { ExitCode: 137, OOMKilled: true },
      { memoryLimit: 0 },
      {
        exitCode: 137,
        signal: 'SIGKILL',
        reason: 'CONTAINER_LIMITATION_MEMORY',
        message: 'Out of memory: used more than its limit (Command terminated with signal SIGKILL)',
      },
    ],
    [
      'success although a child was out of memory',
      { ExitCode: 0, OOMKilled: true },
      { memoryLimit: LIMIT },
      { exitCode: 0, message: 'Command exited with status 0' },
    ],
    [
      'an end while the engine was away',
      { ExitCode: 137 },
      { engineWasAway: true },
      {
        exitCode: 137,
        signal: 'SIGKILL',
        reason: 'AGENT_RESTARTED',
        message:
          'Ended while the Docker engine was stopped or restarted (Command terminated with signal SIGKILL)',
      },
    ],
    [
      'a kill that was asked for while the engine was away',
      { ExitCode: 137 },
      { engineWasAway: true, killAsked: true },
      { exitCode: 137, signal: 'SIGKILL', message: 'Command terminated with signal SIGKILL' },
    ],
    [
      'the words of the engine',
      { ExitCode: 128, Error: 'no room' },
      {},
      { exitCode: 128, message: 'Command exited with status 128: no room' },
    ],
  ];

describe('The end of a container', () => {
  for (const [name, state, facts, expected] of cases) {
    it(`is described: ${name}`, () => {
      expect(describeExit({ ...STATE, ...state }, { ...FACTS, ...facts })).to.deep.equal(expected);
    });
  }
});
