import { expect } from 'chai';
import { violationsOf, type RuleCase } from './sample-app.js';

const constraints: readonly RuleCase[] = (
  [
    ['one field', ['hostname'], 'Each constraint must have either 2 or 3 fields'],
    [
      'unknown operators',
      ['hostname', 'NEAR'],
      'operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS',
    ],
    ['lower case', ['hostname', 'unique'], 'illegal constraint specification hostname,unique'],
    ['no field name', ['', 'UNIQUE'], 'missing field for constraint declaration'],
    ['a value of UNIQUE', ['hostname', 'UNIQUE', 'x'], 'UNIQUE does not accept a value'],
    [
      'words of GROUP_BY',
      ['zone', 'GROUP_BY', 'x'],
      'GROUP BY must define an integer value or else no value at all',
    ],
    ['MAX_PER without a number', ['zone', 'MAX_PER'], 'MAX_PER requires an integer value'],
    [
      'LIKE without a pattern',
      ['zone', 'LIKE'],
      'LIKE and UNLIKE require a non-empty, regular expression value',
    ],
    ['broken patterns', ['zone', 'UNLIKE', '('], 'is not a valid regular expression'],
    [
      'sets of IS',
      ['zone', 'IS', '{a}'],
      'IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)',
    ],
  ] as const
).map(([name, fields, message]) => [
  `refuses constraints with ${name}`,
  { constraints: [['hostname', 'UNIQUE'], fields] },
  '/constraints(1)',
  message,
]);

describe('the rules of constraints', () => {
  for (const [name, wire, path, message, overrides] of constraints) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
