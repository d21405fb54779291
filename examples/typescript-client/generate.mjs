// Writes the types of the API of a running service, for a client in TypeScript.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';

const HELP = `Writes the types of Ekiden's API, from the description that a service serves.

Usage: npm run -s generate-client -- [options]

  --url <url>    the service (default: http://127.0.0.1:8080)
  --out <file>   where to write (default: examples/typescript-client/ekiden-api.ts)
  --help         this text
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    out: { type: 'string', default: 'examples/typescript-client/ekiden-api.ts' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const answer = await fetch(new URL('/openapi.json', values.url));
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  // a field with a default need not be sent
  const options = { defaultNonNullable: false };
  const types = astToString(await openapiTS(await answer.json(), options));
  await writeFile(values.out, types);
  process.stdout.write(`wrote ${values.out}: ${types.split('\n').length} lines\n`);
}
