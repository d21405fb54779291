import { expect } from 'chai';
import { readImport } from './read-import.js';
import { changeOf, reportImport, selectFrom } from './report-import.js';
import { reportMarkdown } from './report-markdown.js';
import { needsOf, reportText } from './report-text.js';
import { countsOf } from './report.js';

const plain = (text: string): string => text;
const STYLE = { good: plain, bad: plain, doubtful: plain, faint: plain, strong: plain };

const app = (id: string, more: object = {}): object => ({ id, cmd: 'sleep 60', ...more });

const TREE = {
  id: '/',
  apps: [app('/solo', { maintainer: 'me' })],
  groups: [
    {
      id: '/shop',
      dependencies: ['/db', '/gone'],
      enforceRole: true,
      apps: [app('web', { dependencies: ['/db'], constraints: [['rack', 'UNIQUE']] }), app('Bad')],
      pods: [
        {
          spec: {
            id: '/shop/pod',
            containers: [{ name: 'a', resources: {} }],
            scaling: { kind: 'fixed' },
          },
        },
      ],
      groups: [],
    },
    { id: '/db', apps: [app('pg', { constraints: [['rack', 'UNIQUE']] })], groups: [] },
  ],
};

const findings = readImport([{ value: TREE }]);

describe('the report on an import', () => {
  it('is this text', () => {
    const report = reportImport(findings, { from: 'old', present: new Set() });
    expect(reportText(report, STYLE)).to.equal(
      `app /db/pg
  kept     everything (id, cmd, constraints)

group /shop
  kept     dependencies, enforceRole
  changed  dependencies: /gone left out: there is no such app or group, which Marathon did not mind

app /shop/Bad
  refused  /id: error.pattern (lower-case letters, digits, dashes and dots between slashes)

pod /shop/pod
  kept     id, containers, scaling
  lost     taken and shown, but no host can run it: container a has neither an image nor a command

app /shop/web
  kept     everything (id, cmd, dependencies, constraints)

app /solo
  kept     id, cmd
  lost     maintainer: no such field: ignored, as Marathon does

Beforehand
  hosts with the attribute rack (EKIDEN_AGENT_ATTRIBUTES="rack:...") (for /db/pg, /shop/web)

6 definitions from old: 2 as they are, 1 with changes, 2 losing something, 1 refused.`,
    );
    expect(countsOf(report)).to.include({ definitions: 6, refused: 1 });
    expect(reportMarkdown(report, 'the plan'))
      .to.include('### app `/shop/web`')
      .and.include('the plan');
  });

  it('says without a service what has to be there', () => {
    const shop = selectFrom(findings, ['/shop'], ['/shop/Bad']);
    const report = reportImport(shop, { from: 'old' });
    expect(report.definitions.map(({ id }) => id)).to.deep.equal([
      '/shop',
      '/shop/pod',
      '/shop/web',
    ]);
    expect(needsOf(report).join('\n')).to.include('/db, which are not part of this');
  });

  it('takes dependencies on what the new service has already', () => {
    const shop = selectFrom(findings, ['/shop/web'], []);
    const report = reportImport(shop, { from: 'old', present: new Set(['/', '/db']) });
    expect(report.definitions[0]?.changed).to.deep.equal([]);
  });

  it('becomes one write of apps and groups, and the pods', () => {
    const { change, pods } = changeOf(reportImport(findings, { from: 'old', present: new Set() }));
    expect(change.put?.map(({ id }) => id)).to.deep.equal([
      '/db/pg',
      '/shop/Bad',
      '/shop/web',
      '/solo',
    ]);
    expect([...(change.groups ?? [])]).to.deep.equal([
      ['/shop', { dependencies: ['/db'], enforceRole: true }],
    ]);
    expect(pods.map(({ definition }) => definition['id'])).to.deep.equal(['/shop/pod']);
  });
});
