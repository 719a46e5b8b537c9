import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readPair } from '../../../src/app/tls/pair.ts';
import { WatchedFiles } from '../../../src/app/tls/watched-files.ts';
import { TestAuthority, type Issued } from '../../support/certificates.ts';
import { Scratch } from '../../support/processes.ts';

const authority = new TestAuthority();

describe('a certificate and its key in files', () => {
  let scratch: Scratch;
  let problems: string[];
  let files: { certificate: string; key: string };
  beforeEach(async () => {
    scratch = await Scratch.create('tls-files');
    problems = [];
    files = { certificate: scratch.path('a.crt'), key: scratch.path('a.key') };
  });
  afterEach(async () => scratch.remove());

  /** As programs do that replace a file. */
  function put(file: string, text: string): void {
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  }

  function putPair({ certificate, key }: Issued): void {
    put(files.certificate, certificate);
    put(files.key, key);
  }

  const open = (): WatchedFiles => new WatchedFiles(files, { onProblem: ({ message }) => problems.push(message) });

  describe('are taken up', () => {
    let before: Issued;
    let after: Issued;
    let watched: WatchedFiles;
    beforeEach(() => {
      [before, after] = [authority.issue('before'), authority.issue('after')];
      putPair(before);
      watched = open();
    });

    const names = (): string | undefined => watched.pair.leaf.subjectAltName;

    it('when both were replaced, once', () => {
      assert.equal(watched.takeChange(Date.now()), undefined);
      putPair(after);
      assert.equal(watched.takeChange(Date.now())?.leaf.subjectAltName, 'DNS:after');
      assert.equal(watched.takeChange(Date.now()), undefined);
      assert.equal(names(), 'DNS:after');
      assert.deepEqual(problems, []);
    });

    for (const first of ['key', 'certificate'] as const) {
      it(`only when they fit again, the ${first} having come first`, () => {
        put(files[first], after[first]);
        assert.equal(watched.takeChange(Date.now()), undefined);
        assert.equal(watched.takeChange(Date.now()), undefined);
        assert.equal(names(), 'DNS:before');
        assert.equal(problems.length, 1, 'told once');
        assert.match(problems[0]!, /do not belong together/);
        const second = first === 'key' ? 'certificate' : 'key';
        put(files[second], after[second]);
        assert.ok(watched.takeChange(Date.now()));
        assert.equal(names(), 'DNS:after');
      });
    }

    it('when they were written in place, and not while half of one is there', () => {
      writeFileSync(files.key, after.key);
      writeFileSync(files.certificate, after.certificate.slice(0, 300));
      assert.equal(watched.takeChange(Date.now()), undefined);
      writeFileSync(files.certificate, after.certificate);
      assert.ok(watched.takeChange(Date.now()));
      assert.equal(problems.length, 1);
    });

    it('not while one is away, and when it is back', () => {
      rmSync(files.key);
      assert.equal(watched.takeChange(Date.now()), undefined);
      assert.match(problems[0]!, /cannot be read/);
      putPair(after);
      assert.ok(watched.takeChange(Date.now()));
    });

    it('when what was wrong is not in them and is over', () => {
      // As with EMFILE: the files stay as they are. Here their certificate is over by one clock, and not by another.
      putPair(after);
      const far = Date.now() + 400 * 24 * 3600 * 1000;
      assert.equal(watched.takeChange(far), undefined);
      assert.equal(watched.takeChange(far), undefined);
      assert.equal(problems.length, 1, 'told once');
      assert.ok(watched.takeChange(Date.now()));
    });

    it('not when they say the same as before', () => {
      putPair(before);
      assert.equal(watched.takeChange(Date.now()), undefined);
      assert.deepEqual(problems, []);
    });

    it('not when they expired', () => {
      putPair(new TestAuthority({ ageDays: 400 }).issue('old'));
      assert.equal(watched.takeChange(Date.now()), undefined);
      assert.match(problems[0]!, /expired on \d{4}-\d\d-\d\d/);
      assert.equal(names(), 'DNS:before');
    });
  });

  it('are taken up when a link on the way to them leads elsewhere', () => {
    // certbot: live/NAME/fullchain.pem leads to ../../archive/NAME/fullchain2.pem; Kubernetes exchanges a folder.
    const put = (folder: string, { certificate, key }: Issued): void => {
      mkdirSync(scratch.path(folder));
      writeFileSync(scratch.path(folder, 'a.crt'), certificate);
      writeFileSync(scratch.path(folder, 'a.key'), key);
    };
    put('1', authority.issue('before'));
    put('2', authority.issue('after'));
    symlinkSync('1', scratch.path('live'));
    files = { certificate: scratch.path('live', 'a.crt'), key: scratch.path('live', 'a.key') };
    const watched = open();
    symlinkSync('2', scratch.path('next'));
    renameSync(scratch.path('next'), scratch.path('live'));
    assert.equal(watched.takeChange(Date.now())?.leaf.subjectAltName, 'DNS:after');
  });

  describe('are refused at first', () => {
    const other = authority.issue('other');
    const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    const cases: [
      what: string,
      change: (pair: Issued) => Partial<Record<'certificate' | 'key', string | Buffer>>,
      RegExp,
    ][] = [
      ['of two pairs', () => ({ key: other.key }), /"[^"]*a\.crt" and the key "[^"]*a\.key" do not belong together/],
      [
        'with the authority first',
        ({ certificate }) => ({ certificate: authority.certificate + certificate }),
        /must begin with the server's own/,
      ],
      [
        'in DER',
        ({ certificate }) => ({ certificate: new X509Certificate(certificate).raw }),
        /none in PEM.*openssl x509 -inform DER/,
      ],
      ['damaged', ({ certificate }) => ({ certificate: certificate.replace('MII', 'MIX') }), /is damaged/],
      ['empty', () => ({ certificate: '' }), /none in PEM/],
      ['with a certificate for a key', ({ certificate }) => ({ key: certificate }), /key ".*" is none in PEM/],
      [
        'with a passphrase',
        ({ key }) => ({ key: createPrivateKey(key).export(locked) }),
        /has a passphrase.*openssl pkey/,
      ],
    ];
    for (const [what, change, want] of cases) {
      it(what, () => {
        const pair = authority.issue('own');
        const { certificate, key } = { ...pair, ...change(pair) };
        writeFileSync(files.certificate, certificate);
        writeFileSync(files.key, key);
        assert.throws(open, { name: 'PairProblem', message: want });
      });
    }

    it('missing', () =>
      assert.throws(open, { name: 'PairProblem', message: /certificate ".*" cannot be read.*ENOENT/ }));
  });

  it('are served at first though they expired', () => {
    putPair(new TestAuthority({ ageDays: 397 }).issue('old'));
    assert.equal(open().pair.leaf.subjectAltName, 'DNS:old');
  });

  it('may be one file, of which only certificates are handed out', () => {
    const { certificate, key } = authority.issue('own');
    put(files.key, `${key}${certificate}${authority.certificate}`);
    const pair = readPair({ certificate: files.key, key: files.key });
    assert.equal(pair.leaf.subjectAltName, 'DNS:own');
    assert.doesNotMatch(pair.certificate, /PRIVATE/);
    assert.equal(pair.certificate.match(/BEGIN CERTIFICATE/g)?.length, 2);
  });
});
