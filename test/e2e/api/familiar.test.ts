import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { ApiClient } from '../../support/api-client.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { describeFiles, type FilesServer, type Name } from './file-fixture.ts';

const BOUNDARY = 'a-boundary';
const TYPE = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };

/** A part of a form as it is written. */
function part(disposition: string, content: string, type = 'application/octet-stream'): string {
  return `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
}

const END = `--${BOUNDARY}--\r\n`;
const named = (name: string): string => `form-data; name="file"; filename="${name}"`;

/** The most memory that a process has had so far. */
async function peakBytes(pid: number): Promise<number> {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

async function upload(files: FilesServer, who: Name, form: FormData) {
  return files.as(who).call('upload', { content: form });
}

function formOf(...contents: [name: string, content: string | Uint8Array<ArrayBuffer>][]): FormData {
  const form = new FormData();
  for (const [name, content] of contents) form.append('file', new Blob([content]), name);
  return form;
}

describeFiles('the routes of small servers', function (files) {
  const names = async (who: Name): Promise<string[]> => {
    const { body } = await files.as(who).ok('listUploaded');
    return body.map((file: { name: string }) => file.name);
  };

  it('take a file, list it, give it back and delete it', async () => {
    const { status, body } = await upload(files, 'anna', formOf(['hello.txt', 'Hello']));
    assert.equal(status, 200);
    const stored = { filename: 'hello.txt', size: 5, mimetype: 'text/plain', url: '/api/download/hello.txt' };
    assert.deepEqual(body, {
      message: 'Uploaded the file successfully: hello.txt',
      ...stored,
      files: [stored],
    });
    const listed = (await files.as('anna').ok('listUploaded')).body;
    assert.deepEqual(listed, [{ ...stored, name: 'hello.txt', modifiedAt: listed[0].modifiedAt }]);
    const { bytes, headers } = await files.as('anna').ok('download', { params: { name: 'hello.txt' } });
    assert.equal(bytes.toString(), 'Hello');
    assert.match(headers.get('content-disposition') ?? '', /^attachment/);
    const gone = await files.as('anna').ok('deleteUploaded', { params: { name: 'hello.txt' } });
    assert.equal(gone.body.message, 'Deleted the file successfully: hello.txt');
    await files.as('anna').refused('download', 'not-found', { params: { name: 'hello.txt' } });
    assert.deepEqual(await names('anna'), []);
  });

  it('take a token in x-access-token, and nobody without one', async () => {
    const login = { username: 'anna', password: 'correct horse' };
    const { token } = (await new ApiClient(files.server.url).ok('login', { body: login })).body;
    await new ApiClient(files.server.url, { 'x-access-token': token as string }).ok('listUploaded');
    const nobody = new ApiClient(files.server.url);
    await nobody.refused('listUploaded', 'not-authenticated');
    await nobody.refused('upload', 'not-authenticated', { content: formOf(['x', 'x']) });
    await nobody.refused('deleteUploaded', 'not-authenticated', { params: { name: 'x' } });
  });

  it('take several files of any size and name, and keep what a file was', async () => {
    const large = new Uint8Array(3_000_000).map((_, index) => (index * 31) % 253);
    const all: [string, string | Uint8Array<ArrayBuffer>][] = DIFFICULT_NAMES.filter(
      // A form cannot tell a quotation mark from its encoding, and separators are refused however they are written.
      (name) => !/["]|%2F/.test(name),
    ).map((name) => [name, name]);
    const { body } = await upload(files, 'anna', formOf(...all, ['large.bin', large], ['empty', '']));
    assert.equal(body.files.length, all.length + 2);
    for (const [name] of all) {
      assert.equal((await files.as('anna').ok('download', { params: { name } })).bytes.toString(), name);
    }
    assert.ok((await files.as('anna').ok('download', { params: { name: 'large.bin' } })).bytes.equals(large));
    assert.equal((await files.as('anna').ok('download', { params: { name: 'empty' } })).bytes.length, 0);

    await upload(files, 'anna', formOf(['large.bin', 'small now']));
    assert.equal(await files.read('anna', '/large.bin'), 'small now');
    const { body: versions } = await files.as('anna').ok('listVersions', { query: { path: '/large.bin' } });
    assert.equal(versions.items[0].sizeBytes, large.length);
  });

  it('store in Workspace for who has no home, within the same rights', async () => {
    await files.put('bert', '/Workspace/of bert.txt');
    assert.equal((await upload(files, 'nora', formOf(['by nora.txt', 'nora']))).status, 200);
    assert.equal(await files.read('bert', '/Workspace/by nora.txt'), 'nora');
    assert.ok((await names('nora')).includes('of bert.txt'));
    assert.equal((await upload(files, 'nora', formOf(['of bert.txt', 'x']))).body.code, 'forbidden');
    await files.as('nora').refused('deleteUploaded', 'forbidden', { params: { name: 'by nora.txt' } });
    assert.equal(await files.read('bert', '/Workspace/of bert.txt'), '/Workspace/of bert.txt');
  });

  const send = (content: string, headers: Record<string, string> = TYPE) => ({
    content: Buffer.from(content),
    headers,
  });

  const spelled: [what: string, disposition: string, name: string][] = [
    ['UTF-8', named('äöü 日本.txt'), 'äöü 日本.txt'],
    ['filename*', `form-data; name="file"; filename*=UTF-8''%C3%A4%20b.txt`, 'ä b.txt'],
    ['no quotes', 'form-data; name=file; filename=plain.txt', 'plain.txt'],
  ];
  for (const [what, disposition, name] of spelled) {
    it(`take a name that is written with ${what}`, async () => {
      const { body } = await files.as('bert').ok('upload', send(part(disposition, 'x') + END));
      assert.equal(body.filename, name);
    });
  }

  for (const name of [
    '../up.txt',
    'a/b.txt',
    '..',
    'a\\b.txt',
    'C:\\fakepath\\x.txt',
    'a%2Fb',
    '..%5cx',
    'n'.repeat(256),
  ]) {
    it(`refuse the name ${name.slice(0, 20)}`, async () => {
      await files.as('bert').refused('upload', 'bad-name', send(part(named(name.replaceAll('\\', '\\\\')), 'x') + END));
      // No client sends this as a part of a path.
      if (name === '..') return;
      await files.as('bert').refused('download', 'bad-name', { params: { name } });
      await files.as('bert').refused('deleteUploaded', 'bad-name', { params: { name } });
    });
  }

  const FIELD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n`;
  it('take fields before and behind a file, and leave them be', async () => {
    const { body } = await files.as('bert').ok('upload', send(FIELD + part(named('between.txt'), 'x') + FIELD + END));
    assert.equal(body.filename, 'between.txt');
  });

  const hostile: [
    what: string,
    call: ReturnType<typeof send>,
    code: 'bad-request' | 'too-large' | 'body-not-supported',
  ][] = [
    ['another type of body', send('{}', { 'Content-Type': 'application/json' }), 'body-not-supported'],
    ['no boundary', send(part(named('x'), 'x') + END, { 'Content-Type': 'multipart/form-data' }), 'bad-request'],
    ['nothing', send(''), 'bad-request'],
    ['an empty form', send(END), 'bad-request'],
    ['another boundary', send('--other\r\n\r\nx\r\n--other--\r\n'), 'bad-request'],
    ['fields only', send(FIELD + END), 'bad-request'],
    ['1,000 fields', send(FIELD.repeat(1000) + part(named('fields'), 'x') + END), 'too-large'],
    ['1,000 files', send(part('form-data; name="file"; filename=""', '').repeat(1000) + END), 'too-large'],
    ['no name', send(part('form-data; name="file"; filename=""', '') + END), 'bad-request'],
    ['another field', send(part('form-data; name="photo"; filename="x"', 'x') + END), 'bad-request'],
    [
      'a huge header',
      send(part(`form-data; name="file"; y="${'y'.repeat(100_000)}"; filename="x"`, 'x') + END),
      'bad-request',
    ],
    ['a part without a header', send(`--${BOUNDARY}\r\n\r\nx\r\n${END}`), 'bad-request'],
  ];
  for (const [what, call, code] of hostile) {
    it(`refuse ${what}`, async () => {
      const before = await names('bert');
      await files.as('bert').refused('upload', code, call);
      assert.deepEqual(await names('bert'), before);
    });
  }

  it('store nothing of a form that was cut off, wherever that was', async () => {
    const whole = part(named('cut.txt'), 'some content that is long enough') + END.trimEnd();
    for (let length = 0; length < whole.length; length += 1) {
      await files.as('bert').refused('upload', 'bad-request', send(whole.slice(0, length)));
    }
    assert.ok(!(await names('bert')).includes('cut.txt'));
    await files.as('bert').ok('upload', send(whole));
    assert.equal(await files.read('bert', '/cut.txt'), 'some content that is long enough');
  });

  it('store nothing of a large file whose sender goes away', async () => {
    await files.put('bert', '/left.bin', 'old');
    const abort = new AbortController();
    const sent = Promise.withResolvers<undefined>();
    const content = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(part(named('left.bin'), 'x'.repeat(500_000)).trimEnd()));
      },
      pull: () => sent.resolve(undefined),
    });
    const call = files.as('bert').call('upload', { content, headers: TYPE, signal: abort.signal });
    await sent.promise;
    abort.abort();
    await assert.rejects(call);
    assert.equal(await files.read('bert', '/left.bin'), 'old');
  });

  it('answer when the quota is used up, while the rest is still coming', async () => {
    const { code } = await files.server.cli(['user', 'quota', 'bert', '1MB']);
    assert.equal(code, 0);
    const { status, body } = await upload(files, 'bert', formOf(['too large.bin', new Uint8Array(2_000_000)]));
    assert.deepEqual([status, body.code], [507, 'quota-exceeded']);
    assert.ok(!(await names('bert')).includes('too large.bin'));
    await files.server.cli(['user', 'quota', 'bert', '15GB']);
  });

  it('keep little of a large upload in memory', async function () {
    const megabyte = new Uint8Array(1024 * 1024).fill(7);
    let left = 200;
    const content = new ReadableStream(
      {
        start: (controller) => controller.enqueue(Buffer.from(part(named('200 MiB.bin'), '').trimEnd() + '\r\n\r\n')),
        pull(controller) {
          if (left > 0) controller.enqueue(megabyte.slice());
          else controller.enqueue(Buffer.from(`\r\n${END}`));
          if (left === 0) controller.close();
          left -= 1;
        },
      },
      { highWaterMark: 1 },
    );
    const before = await peakBytes(files.server.pid);
    const { body } = await files.as('anna').ok('upload', { content, headers: TYPE });
    assert.equal(body.size, 200 * 1024 * 1024);
    const grown = (await peakBytes(files.server.pid)) - before;
    assert.ok(grown < 120 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MiB more`);
  });

  it('are safe from names that would end a header or a line', async () => {
    const form = part(named('a%0D%0ASet-Cookie: x=1.txt'), 'x') + END;
    const { body } = await files.as('bert').ok('upload', send(form));
    const { headers } = await files.as('bert').ok('download', { params: { name: body.filename as string } });
    assert.equal(headers.get('set-cookie'), null);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  });
});
