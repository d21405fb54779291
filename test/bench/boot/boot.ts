import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog, startEmbeddedPostgres } from '@ekiden/store';
import { testDatabases } from '../../../libs/store/testing/index.js';
import { Home } from '../../support/home.js';
import type { Benchmark, Case, RunHow, Sample } from '../benchmark.js';
import { cpuSecondsOf } from '../machine/index.js';
import { SpawnedServer, builtService, profileFlags } from '../service/index.js';

const TRIVIAL = fileURLToPath(new URL('./trivial-server.mjs', import.meta.url));

/** How long the service takes until it answers, and until it leads. */
export const boot: Benchmark = {
  name: 'boot',
  about: 'spawn to first answer and to leading, empty, with a given and with the embedded Postgres',
  goals: ['bootEmpty', 'bootFirstRun', 'bootLaterRuns'],
  rounds: 10,
  async prepare({ say }) {
    const main = builtService(say);
    // The server is started with the first database, and is not part of any round.
    await (await testDatabases.create()).drop();
    return {
      cases: [besideTrivial(main), allInOne(main)],
      dispose: () => testDatabases.stop(),
    };
  },
};

/** 9a. Both sides with the same flags; the database is there, migrated and empty. */
function besideTrivial(main: string): Case {
  return {
    name: 'given Postgres',
    reference: { about: 'a trivial Nest-Fastify server', run: startTrivial },
    subject: {
      about: 'the built service on a fresh database',
      run: (how) => startOnGivenDatabase(main, how),
    },
    rows: [
      { measure: 'answers', config: 'given Postgres, first 200', unit: 's', goal: 'bootEmpty' },
      { measure: 'leads', config: 'given Postgres, leading', unit: 's' },
    ],
  };
}

/** 9c. A 200 says nothing of the database yet, so the time is taken until the service leads. */
function allInOne(main: string): Case {
  return {
    name: 'embedded Postgres',
    reference: { about: 'initdb and start of the same Postgres alone', run: startDatabaseAlone },
    subject: { about: 'the built service', run: (how) => startAllInOne(main, how) },
    rows: [
      { measure: 'first', config: 'all-in-one, first run', unit: 's', goal: 'bootFirstRun' },
      { measure: 'later', config: 'all-in-one, later run', unit: 's', goal: 'bootLaterRuns' },
    ],
  };
}

async function startTrivial(): Promise<Sample> {
  const server = await SpawnedServer.spawn({ script: TRIVIAL });
  try {
    const answers = await server.infoWhere(() => true);
    return { measures: { answers }, cpuSeconds: cpuSecondsOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function startOnGivenDatabase(main: string, how: RunHow): Promise<Sample> {
  const database = await testDatabases.create();
  const home = new Home();
  try {
    return await whileRunning({ main, home, how, databaseUrl: database.url }, async (server) => {
      const answers = await server.infoWhere(() => true);
      const cpuSeconds = cpuSecondsOf(server.pid);
      return { measures: { answers, leads: await server.infoWhere(isLeading) }, cpuSeconds };
    });
  } finally {
    await home.dispose();
    await database.drop();
  }
}

async function startAllInOne(main: string, how: RunHow): Promise<Sample> {
  const home = new Home();
  const untilLeading = async (server: SpawnedServer): Promise<readonly [number, number]> => {
    const seconds = await server.infoWhere(isLeading);
    return [seconds, cpuSecondsOf(server.pid)];
  };
  try {
    const [first, firstCpu] = await whileRunning({ main, home, how }, untilLeading);
    const [later, laterCpu] = await whileRunning({ main, home, how }, untilLeading);
    return { measures: { first, later }, cpuSeconds: firstCpu + laterCpu };
  } finally {
    await home.dispose();
  }
}

async function startDatabaseAlone(): Promise<Sample> {
  const home = new Home();
  const before = cpuSecondsOf(process.pid);
  const timed = async (): Promise<number> => {
    const begun = performance.now();
    const postgres = await startEmbeddedPostgres({
      dataDir: join(home.dir, 'postgres'),
      log: silentLog,
    });
    const seconds = (performance.now() - begun) / 1_000;
    await postgres.stop();
    return seconds;
  };
  try {
    const measures = { first: await timed(), later: await timed() };
    return { measures, cpuSeconds: cpuSecondsOf(process.pid) - before };
  } finally {
    await home.dispose();
  }
}

interface ServiceStart {
  readonly main: string;
  readonly home: Home;
  readonly how: RunHow;
  /** Absent: embedded. */
  readonly databaseUrl?: string;
}

async function whileRunning<T>(
  { main, home, how, databaseUrl }: ServiceStart,
  use: (server: SpawnedServer) => Promise<T>,
): Promise<T> {
  const server = await SpawnedServer.spawn({
    script: main,
    args: ['--data-dir', home.dir],
    nodeFlags: profileFlags(how),
    ...(databaseUrl === undefined ? {} : { env: { DATABASE_URL: databaseUrl } }),
  });
  home.noteService(server.pid);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

function isLeading(info: string): boolean {
  return (JSON.parse(info) as { readonly elected?: boolean }).elected === true;
}
