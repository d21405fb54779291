import { expect } from 'chai';
import { seconds, type Result, type TaskId } from '@ekiden/kernel';
import {
  parseSandboxPath,
  type Executor,
  type FilesFailure,
  type SandboxPath,
  type TaskFiles,
  type TaskOutputs,
  type TaskSpec,
} from '@ekiden/host';
import { must, until } from './outcomes.js';
import { readAll } from './outputs-contract.js';

/** A host with an executor that shows the sandboxes of its tasks. */
export interface FilesHost {
  readonly executor: Executor & TaskOutputs & { readonly files: TaskFiles };
  /** The spec of a task that runs this in `/bin/sh`. */
  spec(taskId: TaskId, shellCommand: string): TaskSpec;
  dispose(): Promise<void>;
}

/** Fills its sandbox, also with what is there to mislead. */
const FILLS = `
  mkdir -p "$MESOS_SANDBOX/sub/deep" && cd "$MESOS_SANDBOX" || exit 1
  printf '0123456789' >sub/deep/digits
  printf x >"sub/odd name"; : >sub/empty
  ln -s /etc/passwd leads-out; ln -s / root; ln -s sub/deep inside; ln -s ../../.. up
  mkfifo pipe
  echo filled
`;

/** Every executor whose tasks have sandboxes passes this suite. */
export function filesContract(name: string, open: () => Promise<FilesHost>): void {
  describe(`${name} shows the sandbox of a task, in which`, () => {
    let host: FilesHost;
    const taskId = 'web.instance-2._app.1' as TaskId;

    before(async () => {
      host = await open();
      must(await host.executor.prepare(host.spec(taskId, `${FILLS} exec sleep 1000`)));
      must(await host.executor.start(taskId));
      await until(async () => (await readAll(host.executor, taskId)) !== '', 'a filled sandbox');
    });

    after(async () => {
      await host.executor.shutdown(taskId, seconds(0));
      await host.executor.remove(taskId);
      await host.dispose();
    });

    it('every folder can be listed', async () => {
      const top = await list(host, '');
      expect(top).to.include({ sub: 'folder', 'leads-out': 'link', root: 'link', pipe: 'other' });
      expect(await list(host, '/sub/')).to.deep.equal({
        'sub/deep': 'folder',
        'sub/empty': 'file',
        'sub/odd name': 'file',
      });
      const listing = await host.executor.files.listFiles(taskId, ['sub', 'deep']);
      const [digits] = listing.ok ? listing.value.files : [];
      expect(digits).to.include({ path: 'sub/deep/digits', kind: 'file', size: 10 });
      expect(Math.abs((digits?.modifiedAt ?? 0) - Date.now())).to.be.lessThan(120_000);
    });

    it('files can be read, as a whole or a part', async () => {
      expect(await read(host, 'sub/deep/digits')).to.equal('0123456789');
      expect(await read(host, 'sub/deep/digits', 3, 7)).to.equal('3456');
      expect(await read(host, 'sub/deep/digits', 9, 99)).to.equal('9');
      expect(await read(host, 'sub/odd name')).to.equal('x');
      expect(await read(host, 'sub/empty')).to.equal('');
    });

    for (const path of ['leads-out', 'root/etc/passwd', 'up/etc/passwd', 'inside/digits', 'pipe']) {
      it(`${path} is not read, whatever is behind it`, async () => {
        const opened = await host.executor.files.openFile(taskId, pathOf(path));
        expect(kindOf(opened)).to.equal('notShown');
      });
    }

    for (const path of ['root', 'root/etc', 'up', 'inside']) {
      it(`${path} is not listed, whatever is behind it`, async () => {
        const listed = await host.executor.files.listFiles(taskId, pathOf(path));
        expect(kindOf(listed)).to.equal('notShown');
      });
    }

    it('what is not there is called so', async () => {
      const { files } = host.executor;
      expect(kindOf(await files.openFile(taskId, ['nothing']))).to.equal('noSuchFile');
      expect(kindOf(await files.openFile(taskId, ['no', 'thing']))).to.equal('noSuchFile');
      expect(kindOf(await files.listFiles(taskId, ['nothing']))).to.equal('noSuchFile');
      expect(kindOf(await files.openFile(taskId, ['sub']))).to.equal('notShown');
      expect(kindOf(await files.openFile(taskId, []))).to.equal('notShown');
      expect(kindOf(await files.listFiles('nobody' as TaskId, []))).to.equal('unknownTask');
    });

    it('files stay when the task is over and forgotten', async () => {
      must(await host.executor.shutdown(taskId, seconds(0)));
      must(await host.executor.wait(taskId));
      expect(await read(host, 'sub/deep/digits')).to.equal('0123456789');
      must(await host.executor.remove(taskId));
      expect(await read(host, 'sub/deep/digits', 8, 10)).to.equal('89');
      expect(await list(host, '')).to.include({ sub: 'folder', root: 'link' });
      expect(await list(host, 'sub/deep')).to.deep.equal({ 'sub/deep/digits': 'file' });
      expect(kindOf(await host.executor.files.openFile(taskId, ['leads-out']))).to.be.oneOf([
        ...['notShown', 'noSuchFile'],
      ]);
      expect(kindOf(await host.executor.files.openFile(taskId, ['no']))).to.equal('noSuchFile');
    });

    async function list(from: FilesHost, path: string): Promise<Record<string, string>> {
      const listing = await from.executor.files.listFiles(taskId, pathOf(path));
      if (!listing.ok) throw new Error(listing.error.message);
      return Object.fromEntries(listing.value.files.map((file) => [file.path, file.kind]));
    }

    async function read(from: FilesHost, path: string, begin = 0, end = 1e9): Promise<string> {
      const opened = await from.executor.files.openFile(taskId, pathOf(path));
      if (!opened.ok) throw new Error(opened.error.message);
      const parts: Uint8Array[] = [];
      for await (const part of opened.value.read(begin, end)) parts.push(part);
      return Buffer.concat(parts).toString('utf8');
    }
  });
}

function pathOf(text: string): SandboxPath {
  const parsed = parseSandboxPath(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function kindOf(result: Result<unknown, FilesFailure>): string {
  return result.ok ? 'ok' : result.error.kind;
}
