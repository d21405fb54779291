import {
  agent,
  decline,
  error,
  framework,
  nothing,
  offers,
  on,
  type Line,
  type Scenario,
  type Step,
} from './scenario.js';

type Constraint = Readonly<Record<string, unknown>>;

function about(name: string, predicate: Constraint): Constraint {
  return { selector: { attribute_name: name }, predicate };
}

function groups(...all: readonly (readonly Constraint[])[]): Line {
  return { groups: all.map((each) => ({ attribute_constraints: each })) };
}

const exists = (name: string): Constraint => about(name, { exists: {} });
const missing = (name: string): Constraint => about(name, { not_exists: {} });
const text = (kind: string, value: string): Constraint =>
  about('bar', { [`text_${kind}`]: kind.endsWith('equals') ? { value } : { regex: value } });

/** Agents with these attributes are offered or left out (`-` before them). */
function table(constraints: Line, ...agents: readonly string[]): readonly Step[] {
  const line = framework('F@roleA', { offerConstraints: { roleA: constraints } });
  return [
    on(line, nothing),
    ...agents.map((spec, index) => {
      const attributes = spec.replace(/^-/, '');
      const id = `A${index}`;
      const added = agent(id, 'c1 m512', { attributes });
      return on(added, spec.startsWith('-') ? nothing : offers(`F@roleA ${id} c1 m512`));
    }),
  ];
}

function pattern(regex: string): Line {
  return framework('F@roleA', { offerConstraints: { roleA: groups([text('matches', regex)]) } });
}

/** The second part of section 10: offer constraints. */
export const CONSTRAINTS: readonly Scenario[] = [
  {
    id: 'CON-01',
    says: 'exists: an attribute of any type will do',
    steps: table(groups([exists('foo')]), 'foo:bar', 'foo:123', 'foo:[1-17]', '-', '-bar:foo'),
  },
  {
    id: 'CON-02',
    says: 'not_exists is the inverse',
    steps: table(groups([missing('foo')]), '-foo:bar', '-foo:123', '-foo:[1-17]', '', 'bar:foo'),
  },
  {
    id: 'CON-03',
    says: 'text_equals lets what is no text pass',
    steps: table(
      groups([text('equals', 'baz')]),
      'bar:baz',
      '-bar:foo',
      '-',
      'bar:123',
      'bar:[1-17]',
    ),
  },
  {
    id: 'CON-04',
    says: 'text_not_equals lets a missing attribute pass too',
    steps: table(
      groups([text('not_equals', 'baz')]),
      '-bar:baz',
      'bar:foo',
      '',
      'bar:123',
      'bar:[1-17]',
    ),
  },
  {
    id: 'CON-05',
    says: 'text_matches means the whole text',
    steps: table(groups([text('matches', '[a-d]+')]), 'bar:abcd', '-bar:bcde', '-', 'bar:123'),
  },
  {
    id: 'CON-06',
    says: 'text_not_matches is the inverse, but for what is no text',
    steps: table(groups([text('not_matches', '[a-d]+')]), '-bar:abcd', 'bar:bcde', '', 'bar:123'),
  },
  {
    id: 'CON-08',
    says: 'patterns that are wrong or too much are refused',
    steps: [
      on(pattern('['), error('predicate.pattern')),
      on(pattern('(a+){50}'), error('100')),
      on(pattern('(a+){500}'), error('predicate.pattern')),
      on(pattern('(a+){10}'), nothing),
    ],
  },
  {
    id: 'CON-09',
    says: 'all constraints of a group have to hold',
    steps: table(
      groups([exists('foo'), missing('bar')]),
      '-',
      'foo:a',
      '-bar:a',
      '-bar:a;foo:a',
      'baz:a;foo:a',
    ),
  },
  {
    id: 'CON-10',
    says: 'one of the groups has to hold',
    steps: table(groups([exists('foo')], [missing('bar')]), '', 'baz:a', '-bar:a', 'bar:a;foo:a'),
  },
  {
    id: 'CON-11',
    says: 'each role has its own constraints',
    steps: [
      on(
        framework('F@roleA,roleB', {
          offerConstraints: { roleA: groups([exists('foo')]), roleB: groups([missing('foo')]) },
        }),
        nothing,
      ),
      on(agent('A1', 'c1 m512', { attributes: 'foo:a' }), offers('F@roleA A1 c1 m512')),
      on(agent('A2', 'c1 m512', { attributes: 'bar:a' }), offers('F@roleB A2 c1 m512')),
      on(agent('A3', 'c1 m512', { attributes: 'bar:a' }), offers('F@roleB A3 c1 m512')),
    ],
  },
  {
    id: 'CON-12',
    says: 'a role without an entry is not constrained',
    steps: [
      on(
        framework('F@roleA,roleB', { offerConstraints: { roleA: groups([exists('foo')]) } }),
        nothing,
      ),
      on(agent('A1', 'c1 m512'), offers('F@roleB A1 c1 m512')),
      on(decline('F@roleB', 'A1', 1000), nothing),
      on(
        { op: 'explain', framework: 'F', role: 'roleA', agent: 'A1' },
        { kind: 'gate', gate: 'offerConstraints' },
      ),
    ],
  },
  {
    id: 'CON-13',
    says: 'no group, and a group without constraints, are refused',
    steps: [
      on(framework('F@roleA', { offerConstraints: { roleA: groups() } }), error('group')),
      on(framework('F@roleA', { offerConstraints: { roleA: groups([]) } }), error('group')),
    ],
  },
];
