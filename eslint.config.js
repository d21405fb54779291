import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/*
 * Two kinds of rules: typescript-eslint's strict set, and the architecture (DESIGN's dependency
 * rule, pure zones, one clock). The architecture is checked on the text of import specifiers:
 * packages are reached through their `@ekiden/*` alias only and relative imports name the file, so
 * the text says everything and nothing has to be resolved. test/lint-rules.spec.ts proves that
 * each ban fires.
 *
 * A later configuration object replaces a rule's options, it does not add to them. So each
 * "restricted" rule is put together once per kind of file, further down.
 */

// ---- who may import whom -----------------------------------------------------------------------

const NEST = ['@nestjs/.+', 'reflect-metadata'];
const NODE = ['node:.+'];
const PURE_LIBS = ['@ekiden/kernel', '@ekiden/offers', '@ekiden/host'];

/** Libraries: what may be imported besides the library's own files. */
const LIBRARIES = {
  kernel: [],
  offers: ['@ekiden/kernel'],
  host: ['@ekiden/kernel'],
  fetcher: ['@ekiden/kernel', '@ekiden/host', 'tar', 'yauzl', ...NODE],
  'host-process': ['@ekiden/kernel', '@ekiden/host', '@ekiden/fetcher', ...NODE],
  'host-docker': ['@ekiden/kernel', '@ekiden/host', '@ekiden/fetcher', 'dockerode', 'tar', ...NODE],
  store: ['@ekiden/kernel', 'typeorm', 'pg', ...NODE],
  testkit: [...PURE_LIBS, 'fast-check', 'chai', 'mocha'],
};

/** Folders of the service: their packages, and the sibling folders they may look into. */
const LAYERS = {
  core: { packages: ['@ekiden/kernel', '@ekiden/offers'], typesOf: ['@ekiden/host'], folders: [] },
  ports: { packages: PURE_LIBS, folders: ['core'] },
  runtime: { packages: PURE_LIBS, folders: ['core', 'ports'] },
  adapters: { packages: ['(?!@ekiden/testkit).+'], folders: ['core', 'ports'] },
  api: {
    packages: [...NEST, ...NODE, '@ekiden/kernel', 'zod', 'fastify', '@fastify/.+', 'pino', 'rxjs'],
    folders: ['core', 'ports', 'runtime'],
    doorsOnly: ['runtime'],
  },
};

/** The command line: its own few packages, and of the service only what it shares on purpose. */
const CLI_PACKAGES = ['@ekiden/session-frames', 'commander', 'eventsource-parser', ...NODE];
/** The rules for definitions, which take as long to load as all else of the command several times. */
const DEFINITIONS = '@ekiden/definitions';
/** Loaded when it is asked for, like the importer. */
const PLANS_WITHOUT_SERVER = 'apps/cli/src/commands/plan-without-server.ts';
/** The importer compares documents and touches nothing else. */
const IMPORTER_PACKAGES = [DEFINITIONS];

const PURE_ZONES = [
  'libs/kernel/src/**/*.ts',
  'libs/offers/src/**/*.ts',
  'libs/host/src/**/*.ts',
  'apps/ekiden/src/core/**/*.ts',
  'apps/cli/src/importer/**/*.ts',
];
const CLOCK = 'apps/ekiden/src/adapters/machine/system-clock.ts';
const TESTS = ['**/*.spec.ts', 'test/**/*.ts', 'libs/*/testing/**/*.ts'];
const WIRING = ['apps/ekiden/src/*.ts', 'apps/ekiden/src/**/*.module.ts'];

const DEEP_ALIAS = {
  regex:
    '^@ekiden/(?!host/contract$|host-docker/testing$|host-docker/flags$|store/embedded$|offers/replay$)[^/]+/',
  message: 'Import a library through its door: @ekiden/<name>.',
};
const OTHER_PACKAGE = {
  regex: '^\\.{1,2}/(?:.*/)?(?:apps|libs|src|testing)/',
  message: 'Import another package through its alias, and never an application from a library.',
};
const OTHER_FOLDER = {
  // The core has no door of its own: its nouns are the doors, and the few shapes beside them.
  regex: '^(?:\\.\\./)+(?!core/[^/]+$)(?:[^./][^/]*/)+(?!index\\.js$)[^/]+$',
  message: 'Import another folder through its index.js.',
};

/** Everything that is neither relative nor one of `names` (regular expressions). */
function onlyPackages(names, typesOf = []) {
  const others = (allowed) => `^(?!\\.{1,2}/)(?!(?:${allowed.join('|')})$)`;
  const readable = [...names, ...typesOf].map((name) => name.replace('.+', '*'));
  const message = `May import only: ${readable.join(', ') || 'nothing'} (DESIGN 3).`;
  const none = '(?!)';
  if (typesOf.length === 0) return [{ regex: others([none, ...names]), message }];
  return [
    { regex: others([none, ...names, ...typesOf]), message },
    {
      regex: `^(?:${typesOf.join('|')})$`,
      allowTypeImports: true,
      message: `Only types of ${typesOf.join(', ')} may be imported here.`,
    },
  ];
}

function onlyFolders({ folders, doorsOnly = [] }, own) {
  const closed = Object.keys(LAYERS).filter((name) => name !== own && !folders.includes(name));
  const patterns = [
    {
      regex: `^(?:\\.\\./)+(?:${closed.join('|')})/`,
      message: `${own} may import only: ${folders.join(', ') || 'no other folder'} (DESIGN 3).`,
    },
  ];
  if (doorsOnly.length > 0) {
    patterns.push({
      regex: `^(?:\\.\\./)+(?:${doorsOnly.join('|')})/(?!index\\.js$)`,
      message: `Only the index.js of ${doorsOnly.join(', ')} is open to ${own}.`,
    });
  }
  return patterns;
}

function restrictImports(...patterns) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns: patterns.flat() }] };
}

const dependencyRule = [
  { files: ['**/*.ts'], rules: restrictImports(DEEP_ALIAS) },
  ...Object.entries(LIBRARIES).map(([name, packages]) => ({
    files: [`libs/${name}/src/**/*.ts`],
    rules: restrictImports(OTHER_PACKAGE, onlyPackages(packages)),
  })),
  {
    files: ['apps/ekiden/src/**/*.ts'],
    rules: restrictImports(DEEP_ALIAS, OTHER_PACKAGE, OTHER_FOLDER),
  },
  ...Object.entries(LAYERS).map(([name, layer]) => ({
    files: [`apps/ekiden/src/${name}/**/*.ts`],
    ignores: WIRING,
    rules: restrictImports(
      DEEP_ALIAS,
      OTHER_PACKAGE,
      OTHER_FOLDER,
      onlyPackages(layer.packages, layer.typesOf),
      onlyFolders(layer, name),
    ),
  })),
  {
    files: ['apps/cli/src/**/*.ts'],
    rules: restrictImports(OTHER_PACKAGE, OTHER_FOLDER, onlyPackages(CLI_PACKAGES)),
  },
  {
    files: [PLANS_WITHOUT_SERVER],
    rules: restrictImports(
      OTHER_PACKAGE,
      OTHER_FOLDER,
      onlyPackages([...CLI_PACKAGES, DEFINITIONS]),
    ),
  },
  {
    files: ['apps/cli/src/importer/**/*.ts'],
    rules: restrictImports(OTHER_PACKAGE, OTHER_FOLDER, onlyPackages(IMPORTER_PACKAGES), {
      regex: '^\\.\\./(?!tree/)',
      message: 'The importer knows only tree beside itself.',
    }),
  },
  {
    // Tests may drive whatever they need, but a library's tests know no application.
    files: ['libs/**/*.spec.ts', 'libs/*/testing/**/*.ts'],
    rules: restrictImports(DEEP_ALIAS, {
      regex: '(?:^|/)apps/',
      message: 'Libraries know no application.',
    }),
  },
  { files: ['apps/**/*.spec.ts'], rules: restrictImports(DEEP_ALIAS) },
];

// ---- time, chance and the machine come in through the door ---------------------------------------

const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name what you export.',
};
const EXPORT_ALL = {
  selector: 'ExportAllDeclaration[exported=null]',
  message: 'A door names what it opens: no "export *".',
};
const DYNAMIC_IMPORT = {
  selector: 'ImportExpression',
  message: 'Pure code names its imports at the top.',
};
const MACHINE_TIME = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time comes from a Clock.',
  },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time comes from a Clock.' },
];
const HOW_TESTS_RUN = {
  selector: 'Literal[value=/^(EKIDEN_TEST_LONG|EKIDEN_SEED_BASE|UPDATE_GOLDEN)$/]',
  message: 'How the tests are run is said by testRun of @ekiden/testkit.',
};
const DATE_NOW = { object: 'Date', property: 'now', message: 'Time comes from a Clock.' };
const MATH_RANDOM = {
  object: 'Math',
  property: 'random',
  message: 'Chance comes from a Chance.',
};
const MACHINE_GLOBALS = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'performance'],
  ...['fetch', 'crypto', 'console', 'Buffer', 'require', 'globalThis'],
].map((name) => ({ name, message: 'Pure code asks the machine nothing (DESIGN 1.8).' }));

const machineRule = [
  {
    files: ['**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', DEFAULT_EXPORT, EXPORT_ALL, ...MACHINE_TIME],
      'no-restricted-properties': ['error', DATE_NOW],
    },
  },
  {
    files: PURE_ZONES,
    rules: {
      'no-restricted-syntax': [
        'error',
        DEFAULT_EXPORT,
        EXPORT_ALL,
        DYNAMIC_IMPORT,
        ...MACHINE_TIME,
      ],
      'no-restricted-properties': ['error', DATE_NOW, MATH_RANDOM],
      'no-restricted-globals': ['error', ...MACHINE_GLOBALS],
    },
  },
  {
    files: [...TESTS, CLOCK],
    rules: {
      'no-restricted-syntax': ['error', DEFAULT_EXPORT, EXPORT_ALL, HOW_TESTS_RUN],
      'no-restricted-properties': 'off',
      'no-restricted-globals': 'off',
    },
  },
  // A library and the service log or return values; only the command line prints.
  {
    files: ['libs/**/*.ts', 'apps/ekiden/src/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
];

// ---- everything else -----------------------------------------------------------------------------

export default defineConfig(
  {
    ignores: [
      'dist/',
      'dist-test/',
      'coverage/',
      '.ekiden/',
      'apps/ui/',
      'examples/typescript-client/*.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.{js,mjs,cjs,ts}'],
    rules: {
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  { files: ['**/*.{js,mjs,cjs}'], rules: { 'no-unused-vars': 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      // One program for all: a service of editors takes a tenth longer over the whole tree.
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines-per-function': ['error', { max: 70 }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // `default: return assertNever(x)` is how the project closes a switch at run time too.
        { allowDefaultCaseForExhaustiveSwitch: true, considerDefaultExhaustiveForUnions: false },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // `const { since, ...rest } = row` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Numbers read well in messages; objects and undefined in a message are bugs.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest modules are decorated classes without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `for (;;)` and `while (true)` loops end by return or break.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // A callback that hands on a void result, `() => queue.delete(key)`, hides nothing.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // Nest reads constructor parameter types at run time: a type-only import of an injected class
    // compiles and injects nothing.
    files: ['apps/**/api/**/*.ts', 'apps/**/*.module.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // A describe callback holds a whole table of cases.
    files: ['**/*.spec.ts', 'libs/*/testing/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  ...dependencyRule,
  ...machineRule,
);
