import { expect } from 'chai';

import { parseAttributes } from '../resources/index.js';
import {
  compileConstraints,
  type CompiledConstraints,
  type ConstrainedAgent,
  type ConstraintError,
} from './compiled-constraints.js';
import { parseConstraints } from './constraints-json.js';
import type { AttributePredicate, OfferConstraints } from './offer-constraints.js';

const FOO = { kind: 'attribute', name: 'foo' } as const;
const BAR = { kind: 'attribute', name: 'bar' } as const;

function agent(text: string): ConstrainedAgent {
  const attributes = parseAttributes(text);
  if (!attributes.ok) throw new Error(attributes.error.rule);
  return { hostname: 'h1.local', attributes: attributes.value };
}

function compiled(constraints: OfferConstraints): CompiledConstraints {
  const result = compileConstraints(constraints);
  if (!result.ok) throw new Error(result.error[0]?.rule);
  return result.value;
}

function errors(constraints: OfferConstraints): readonly ConstraintError[] {
  const result = compileConstraints(constraints);
  return result.ok ? [] : result.error;
}

/** Which of the agents, given by their attributes, are admitted. */
function admitted(constraints: OfferConstraints, ...texts: string[]): readonly string[] {
  const asked = compiled(constraints);
  return texts.filter((text) => asked.admits(agent(text)));
}

function on(predicate: AttributePredicate, selector: typeof FOO | typeof BAR): OfferConstraints {
  return { groups: [[{ selector, predicate }]] };
}

describe('offer constraints', () => {
  it('on presence look at the name alone, whatever the type (CON-01, CON-02)', () => {
    const texts = ['foo:a', 'foo:12', 'foo:[1-3]', 'foo:{a,b}', 'bar:a', ''];
    const having = ['foo:a', 'foo:12', 'foo:[1-3]', 'foo:{a,b}'];
    expect(admitted(on({ kind: 'exists' }, FOO), ...texts)).to.deep.equal(having);
    expect(admitted(on({ kind: 'notExists' }, FOO), ...texts)).to.deep.equal(['bar:a', '']);
  });

  it('on a text let pass what is no text; what is missing passes the negative ones', () => {
    const texts = ['bar:baz', 'bar:foo', '', 'bar:123', 'bar:[1-17]', 'bar:{baz}'];
    const noText = ['bar:123', 'bar:[1-17]', 'bar:{baz}'];
    const value = 'baz';
    const equal = admitted(on({ kind: 'textEquals', value }, BAR), ...texts);
    expect(equal, 'CON-03').to.deep.equal(['bar:baz', ...noText]);
    const notEqual = admitted(on({ kind: 'textNotEquals', value }, BAR), ...texts);
    expect(notEqual, 'CON-04').to.deep.equal(['bar:foo', '', ...noText]);
  });

  it('match the whole text (CON-05, CON-06)', () => {
    const texts = ['bar:abcd', 'bar:bcde', '', 'bar:123'];
    const pattern = '[a-d]+';
    const match = admitted(on({ kind: 'textMatches', pattern }, BAR), ...texts);
    expect(match).to.deep.equal(['bar:abcd', 'bar:123']);
    const noMatch = admitted(on({ kind: 'textNotMatches', pattern }, BAR), ...texts);
    expect(noMatch).to.deep.equal(['bar:bcde', '', 'bar:123']);
  });

  it('look at the first of several attributes of one name', () => {
    const wanted = on({ kind: 'textEquals', value: 'b' }, BAR);
    expect(admitted(wanted, 'bar:a;bar:b', 'bar:b;bar:a')).to.deep.equal(['bar:b;bar:a']);
  });

  it('hold when all of a group do (CON-09)', () => {
    const both: OfferConstraints = {
      groups: [
        [
          { selector: FOO, predicate: { kind: 'exists' } },
          { selector: BAR, predicate: { kind: 'notExists' } },
        ],
      ],
    };
    const texts = ['', 'foo:1', 'bar:1', 'bar:1;foo:1', 'baz:1;foo:1'];
    expect(admitted(both, ...texts)).to.deep.equal(['foo:1', 'baz:1;foo:1']);
  });

  it('hold when one of the groups does (CON-10)', () => {
    const either: OfferConstraints = {
      groups: [
        [{ selector: FOO, predicate: { kind: 'exists' } }],
        [{ selector: BAR, predicate: { kind: 'notExists' } }],
      ],
    };
    const texts = ['', 'baz:1', 'bar:1', 'bar:1;foo:1'];
    expect(admitted(either, ...texts)).to.deep.equal(['', 'baz:1', 'bar:1;foo:1']);
  });

  it('see the hostname, and the domain where there is one', () => {
    const here = { ...agent(''), domain: { region: 'north', zone: 'n-1' } };
    const cases: readonly (readonly ['HOSTNAME' | 'REGION' | 'ZONE', AttributePredicate])[] = [
      ['HOSTNAME', { kind: 'textMatches', pattern: 'h\\d\\.local' }],
      ['REGION', { kind: 'textEquals', value: 'north' }],
      ['ZONE', { kind: 'exists' }],
    ];
    const seen = cases.map(([kind, predicate]) => {
      const asked = compiled({ groups: [[{ selector: { kind }, predicate }]] });
      return [asked.admits(here), asked.admits(agent('REGION:north;ZONE:n-1'))];
    });
    const expected = [
      [true, true],
      [true, false],
      [true, false],
    ];
    expect(seen).to.deep.equal(expected);
  });

  it('are refused without a group, and with an empty one (CON-13)', () => {
    const rule = 'at least one group is needed';
    expect(errors({ groups: [] })).to.deep.equal([{ path: 'groups', rule }]);
    const empty = errors({ groups: [[{ selector: FOO, predicate: { kind: 'exists' } }], []] });
    expect(empty.map((each) => each.path)).to.deep.equal(['groups[1]']);
    const many = Array.from({ length: 1_001 }, () => ({
      selector: FOO,
      predicate: { kind: 'exists' } as const,
    }));
    expect(errors({ groups: [many] })).to.have.length(1);
  });

  it('are refused with everything that is wrong, and where (CON-08)', () => {
    const found = errors({
      groups: [
        [
          { selector: FOO, predicate: { kind: 'exists' } },
          { selector: BAR, predicate: { kind: 'textMatches', pattern: 'a(b' } },
        ],
        [],
        [
          {
            selector: { kind: 'attribute', name: '' },
            predicate: { kind: 'textNotMatches', pattern: '(a+){50}' },
          },
        ],
      ],
    });
    expect(found.map(({ path, position }) => [path, position])).to.deep.equal([
      ['groups[0][1].predicate.pattern', 1],
      ['groups[1]', undefined],
      ['groups[2][0].selector.name', undefined],
      ['groups[2][0].predicate.pattern', 0],
    ]);
  });
});

describe('offer constraints in JSON', () => {
  const theirs = {
    groups: [
      {
        attribute_constraints: [
          { selector: { attribute_name: 'foo' }, predicate: { exists: {} } },
          { selector: { attribute_name: 'foo' }, predicate: { not_exists: {} } },
          {
            selector: { pseudoattribute_type: 'HOSTNAME' },
            predicate: { text_equals: { value: 'x' } },
          },
          {
            selector: { pseudoattribute_type: 'REGION' },
            predicate: { text_not_equals: { value: 'x' } },
          },
        ],
      },
      {
        attribute_constraints: [
          {
            selector: { pseudoattribute_type: 'ZONE' },
            predicate: { text_matches: { regex: 'x+' } },
          },
          {
            selector: { attribute_name: 'bar' },
            predicate: { text_not_matches: { regex: 'x+' } },
          },
        ],
      },
    ],
  };
  const ours: OfferConstraints = {
    groups: [
      [
        { selector: FOO, predicate: { kind: 'exists' } },
        { selector: FOO, predicate: { kind: 'notExists' } },
        { selector: { kind: 'HOSTNAME' }, predicate: { kind: 'textEquals', value: 'x' } },
        { selector: { kind: 'REGION' }, predicate: { kind: 'textNotEquals', value: 'x' } },
      ],
      [
        { selector: { kind: 'ZONE' }, predicate: { kind: 'textMatches', pattern: 'x+' } },
        { selector: BAR, predicate: { kind: 'textNotMatches', pattern: 'x+' } },
      ],
    ],
  };

  it("are read in Mesos's shape and in ours", () => {
    expect(parseConstraints(theirs)).to.deep.equal({ ok: true, value: ours });
    expect(parseConstraints(JSON.parse(JSON.stringify(ours)))).to.deep.equal({
      ok: true,
      value: ours,
    });
  });

  it('are refused with every part that has the wrong shape', () => {
    const one = { selector: { attribute_name: 'foo' } };
    const parsed = parseConstraints({
      groups: [
        'rack',
        [
          7,
          { selector: { attribute_name: 3 }, predicate: { exists: {}, not_exists: {} } },
          { selector: { attribute_name: 'a', pseudoattribute_type: 'ZONE' }, predicate: {} },
          { ...one, predicate: { text_equals: { value: 1 } } },
          { ...one, predicate: { kind: 'like' } },
        ],
        { attribute_constraints: [{ ...one, predicate: { text_matches: 'a' } }, { ...one }] },
        [{ selector: { kind: 'RACK' }, predicate: { kind: 'textMatches' } }],
      ],
    });
    expect(parsed.ok ? [] : parsed.error.map((error) => error.path)).to.deep.equal([
      'groups[0]',
      'groups[1][0]',
      'groups[1][1].selector',
      'groups[1][1].predicate',
      'groups[1][2].selector',
      'groups[1][2].predicate',
      'groups[1][3].predicate.text_equals.value',
      'groups[1][4].predicate.kind',
      'groups[2].attribute_constraints[0].predicate.text_matches',
      'groups[2].attribute_constraints[1].predicate',
      'groups[3][0].selector',
      'groups[3][0].predicate.pattern',
    ]);
    for (const json of [undefined, null, [], { groups: {} }]) {
      const rules = parseConstraints(json);
      expect(rules.ok ? undefined : rules.error[0]?.path).to.equal('groups');
    }
  });
});
