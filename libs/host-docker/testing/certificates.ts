import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.js';

export interface Certificates {
  /** `ca.pem`, `cert.pem` and `key.pem`, the names that DOCKER_CERT_PATH expects. */
  readonly client: string;
  /** The same three names. */
  readonly server: string;
}

/** Keys and certificates for both sides of mutual TLS, signed by an authority made for them alone. */
export async function makeCertificates(folder: string, address: string): Promise<Certificates> {
  const client = join(folder, 'client');
  const server = join(folder, 'server');
  const config = join(folder, 'openssl.cnf');
  for (const each of [client, server]) await mkdir(each, { recursive: true });
  await writeFile(config, '[req]\ndistinguished_name = names\n[names]\n');

  const request = ['req', '-x509', '-config', config, '-noenc', '-days', '2', '-newkey', 'ec'];
  const curve = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const create = async (name: string, files: readonly string[], ...more: readonly string[]) => {
    const [certificate = '', key = ''] = files;
    const subject = ['-subj', `/CN=${name}`, '-out', certificate, '-keyout', key];
    await runCommand('openssl', ...request, ...curve, ...subject, ...more);
  };
  const authority = [join(client, 'ca.pem'), join(folder, 'ca-key.pem')] as const;
  const signed = ['-CA', authority[0], '-CAkey', authority[1]];
  await create('test authority', authority, ...extensions('basicConstraints=critical,CA:TRUE'));
  await create(
    'test engine',
    pairIn(server),
    ...signed,
    ...extensions(`subjectAltName=IP:${address}`, 'extendedKeyUsage=serverAuth'),
  );
  await create(
    'test client',
    pairIn(client),
    ...signed,
    ...extensions('extendedKeyUsage=clientAuth'),
  );
  return { client, server };
}

function pairIn(folder: string): readonly string[] {
  return [join(folder, 'cert.pem'), join(folder, 'key.pem')];
}

function extensions(...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => ['-addext', text]);
}
