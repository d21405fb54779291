import { expect } from 'chai';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** Text that looks right to everybody and must be refused at one place of the tree. */
interface Ban {
  readonly path: string;
  readonly code: string;
  readonly rule: string;
  readonly says: string;
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const CORE = 'apps/ekiden/src/core/deployment/plan.ts';
const API = 'apps/ekiden/src/api/v2/apps.controller.ts';

function importing(specifier: string): string {
  return `import { thing } from '${specifier}';\nexport const used = thing;\n`;
}

function badImport(path: string, specifier: string, says: string): Ban {
  return { path, code: importing(specifier), rule: IMPORTS, says };
}

function badSyntax(path: string, code: string, rule: string, says: string): Ban {
  return { path, code, rule, says };
}

const bans: readonly Ban[] = [
  badImport('libs/kernel/src/a.ts', 'node:crypto', 'nothing'),
  badImport('libs/kernel/src/a.ts', 'rxjs', 'nothing'),
  badImport('libs/kernel/src/a.ts', '@ekiden/offers', 'nothing'),
  badImport('libs/offers/src/a.ts', '@ekiden/host', '@ekiden/kernel'),
  badImport('libs/offers/src/a.ts', 'node:events', '@ekiden/kernel'),
  badImport('libs/offers/src/a.ts', 'events', '@ekiden/kernel'),
  badImport('libs/offers/src/a.ts', '@nestjs/common', '@ekiden/kernel'),
  badImport('libs/offers/src/a.ts', '@ekiden/kernel/src/ids/uuid.js', '@ekiden/kernel'),
  badImport('libs/offers/src/a.ts', '../../kernel/src/index.js', 'alias'),
  badImport('libs/offers/src/a.ts', '../../../apps/ekiden/src/main.js', 'alias'),
  badImport('libs/host/src/a.ts', '@ekiden/offers', '@ekiden/kernel'),
  badImport('libs/host-process/src/a.ts', '@ekiden/store', '@ekiden/host'),
  badImport('libs/store/src/a.ts', '@ekiden/host', 'typeorm'),
  badImport('libs/store/src/a.spec.ts', '../../../apps/ekiden/src/main.js', 'no application'),
  badImport(CORE, 'zod', '@ekiden/kernel'),
  badImport(CORE, 'typeorm', '@ekiden/kernel'),
  badImport(CORE, '@ekiden/host', 'Only types'),
  badImport(CORE, '../../ports/index.js', 'no other folder'),
  badImport(CORE, '../../api/v2/index.js', 'no other folder'),
  badImport(CORE, '../app/path-id.js', 'index.js'),
  badImport('apps/ekiden/src/ports/router.ts', '../runtime/index.js', 'core'),
  badImport('apps/ekiden/src/runtime/loop.ts', '../adapters/index.js', 'core, ports'),
  badImport('apps/ekiden/src/runtime/loop.ts', '@ekiden/store', '@ekiden/host'),
  badImport('apps/ekiden/src/adapters/a/b.ts', '../../runtime/index.js', 'core, ports'),
  badImport('apps/ekiden/src/adapters/a/b.ts', '../../core/app/path-id.js', 'index.js'),
  badImport('apps/ekiden/src/adapters/a/b.ts', '@ekiden/testkit', 'May import only'),
  badImport(API, '../../adapters/index.js', 'core, ports, runtime'),
  badImport(API, '../../runtime/loop.js', 'Only the index.js of runtime'),
  badImport(API, '@ekiden/store', '@ekiden/kernel'),
  badImport('apps/cli/src/commands/a.ts', '../../../ekiden/src/main.js', 'alias'),
  badImport('apps/cli/src/commands/a.ts', '../client/client.js', 'index.js'),
  badImport('apps/cli/src/commands/a.ts', '@ekiden/store', 'commander'),
  badImport('apps/cli/src/commands/a.ts', '@ekiden/definitions', 'commander'),
  badImport('apps/cli/src/importer/a.ts', 'node:fs', '@ekiden/definitions'),
  badImport('apps/cli/src/importer/a.ts', '../client/index.js', 'only tree'),
  badImport('apps/ekiden/src/app.module.ts', '@ekiden/store/src/x.js', 'door'),
  badSyntax(
    CORE,
    "export type { Dirent } from 'node:fs';\n",
    IMPORTS,
    'May import only: @ekiden/kernel',
  ),
  badSyntax(CORE, "export const a = import('node:fs');\n", 'no-restricted-syntax', 'at the top'),
  badSyntax(CORE, 'export const a = Date.now();\n', 'no-restricted-properties', 'Clock'),
  badSyntax(CORE, 'export const a = new Date();\n', 'no-restricted-syntax', 'Clock'),
  badSyntax(CORE, 'export const a = Date();\n', 'no-restricted-syntax', 'Clock'),
  badSyntax(CORE, 'export const a = Math.random();\n', 'no-restricted-properties', 'Chance'),
  ...['setTimeout', 'setInterval', 'setImmediate', 'process', 'performance', 'fetch', 'crypto'].map(
    (name) => badSyntax(CORE, `export const a = ${name};\n`, 'no-restricted-globals', 'machine'),
  ),
  badSyntax(API, 'export const a = Date.now();\n', 'no-restricted-properties', 'Clock'),
  badSyntax(
    'libs/store/src/a.ts',
    'export const a = new Date();\n',
    'no-restricted-syntax',
    'Clock',
  ),
  badSyntax('libs/testkit/src/a.ts', 'export const a = new Date();\n', 'no-restricted-syntax', ''),
  badSyntax(
    'apps/ekiden/src/core/deployment/plan.spec.ts',
    "export const a = process.env['EKIDEN_TEST_LONG'];\n",
    'no-restricted-syntax',
    'testRun',
  ),
  badSyntax('libs/store/src/a.ts', "console.log('x');\n", 'no-console', ''),
  badSyntax(CORE, 'export default 1;\n', 'no-restricted-syntax', 'Name what you export'),
  badSyntax(CORE, "export * from './step.js';\n", 'no-restricted-syntax', 'export *'),
  badSyntax(CORE, 'export const a = (b: unknown) => b == 1;\n', 'eqeqeq', ''),
  badSyntax(
    CORE,
    'export function f(): void {\n'.padEnd(200, '\n') + '}\n',
    'max-lines-per-function',
    '',
  ),
  badSyntax(CORE, 'export const a = 1;\n'.padEnd(500, '\n'), 'max-lines', ''),
  badSyntax(CORE, 'export const a: any = 1;\n', '@typescript-eslint/no-explicit-any', ''),
  badSyntax(
    CORE,
    "import { a } from './x.js';\nimport { b } from './x.js';\nexport const c = [a, b];\n",
    'no-duplicate-imports',
    '',
  ),
  badSyntax(
    CORE,
    '// eslint-disable-next-line eqeqeq\nexport const a = (b: unknown) => b == 1;\n',
    'eqeqeq',
    '',
  ),
];

/** The same words at places where they belong. */
const allowed: readonly (readonly [path: string, code: string])[] = [
  ['libs/offers/src/a.ts', importing('@ekiden/kernel')],
  ['libs/host-process/src/a.ts', importing('node:child_process')],
  ['libs/store/src/a.ts', importing('typeorm')],
  ['libs/kernel/src/a.spec.ts', importing('node:assert')],
  [CORE, importing('../app/index.js')],
  [CORE, importing('../violation.js')],
  [CORE, importing('@ekiden/offers')],
  [CORE, "import type { TaskSpec } from '@ekiden/host';\nexport type Used = TaskSpec;\n"],
  [CORE, 'export const a = new Date(0).toISOString();\n'],
  ['apps/ekiden/src/runtime/loop.ts', importing('../core/turn/index.js')],
  ['apps/ekiden/src/runtime/loop.ts', importing('../core/violation.js')],
  ['apps/ekiden/src/adapters/a/b.ts', importing('pg')],
  ['apps/ekiden/src/adapters/a/b.ts', importing('../../ports/index.js')],
  ['apps/ekiden/src/adapters/machine/system-clock.ts', 'export const a = Date.now();\n'],
  [API, importing('@nestjs/common')],
  [API, importing('../../runtime/index.js')],
  ['apps/ekiden/src/app.module.ts', importing('./adapters/persistence/index.js')],
  ['apps/ekiden/src/main.ts', importing('@nestjs/core')],
  ['apps/ekiden/testing/world.ts', importing('../src/core/turn/index.js')],
  ['test/bench/turns.ts', 'export const a = Date.now();\n'],
];

describe('the lint configuration', () => {
  // The bans read text only; without types a file that does not exist can be checked.
  const eslint = new ESLint({
    overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
  });

  async function complaints(path: string, code: string): Promise<readonly string[]> {
    const results = await eslint.lintText(code, { filePath: path });
    return results.flatMap((result) =>
      result.messages.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`),
    );
  }

  for (const { path, code, rule, says } of bans) {
    it(`${rule} refuses ${code.split('\n', 1)[0] ?? ''} in ${path}`, async () => {
      const found = (await complaints(path, code)).filter((text) => text.startsWith(`${rule}: `));
      expect(found.length).to.be.greaterThan(0);
      expect(found.join('\n')).to.include(says);
    });
  }

  for (const [path, code] of allowed) {
    it(`accepts ${code.split('\n', 1)[0] ?? ''} in ${path}`, async () => {
      expect(await complaints(path, code)).to.deep.equal([]);
    });
  }

  for (const rule of [
    'curly',
    '@typescript-eslint/no-floating-promises',
    '@typescript-eslint/no-misused-promises',
    '@typescript-eslint/switch-exhaustiveness-check',
    '@typescript-eslint/no-non-null-assertion',
  ]) {
    it(`keeps ${rule} an error everywhere`, async () => {
      for (const path of ['libs/kernel/src/a.ts', API, 'libs/store/src/a.io.spec.ts']) {
        const config = (await new ESLint().calculateConfigForFile(path)) as {
          readonly rules: Readonly<Record<string, readonly [severity: number]>>;
        };
        expect(config.rules[rule]?.[0], path).to.equal(2);
      }
    });
  }
});
