import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeConfig, printConfig } from '../../src/config/describe.ts';
import { loadConfig, type ConfigInput } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { listSettings } from '../../src/config/schema.ts';

const sample = path.resolve(import.meta.dirname, '../../config/nosocial.yaml');

function problemsOf(input: ConfigInput): readonly string[] {
  try {
    loadConfig({ environment: {}, ...input });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe('configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-config-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  function file(text: string): string {
    const name = path.join(folder, 'nosocial.yaml');
    fs.writeFileSync(name, text);
    return name;
  }

  describe('tls', () => {
    it('takes files relative to the configuration file', () => {
      const config = loadConfig({ file: file('tls:\n  certificate: a.pem\n  key: /b.pem\n'), environment: {} });
      assert.deepEqual(config.tls, {
        certificate: path.join(folder, 'a.pem'),
        key: '/b.pem',
        listen: { host: '::', port: 8443 },
      });
      const printed = printConfig(config);
      assert.match(printed, /^tls:\n {2}certificate: ".*a\.pem" /m);
      assert.match(printed, /^ {2}listen: "\[::\]:8443" /m);
    });

    it('wants certificate and key', () => {
      assert.deepEqual(problemsOf({ environment: { NOSOCIAL_TLS_CERTIFICATE: '/a' } }), [
        'tls.key: is missing; tls.certificate is of no use without it (both may be in one file)',
      ]);
      assert.deepEqual(problemsOf({ environment: { NOSOCIAL_TLS_KEY: '/a' } }), [
        'tls.certificate: is missing; tls.key is of no use without it (both may be in one file)',
      ]);
    });
  });

  describe('defaults', () => {
    it('are complete without any input', () => {
      const config = loadConfig({ environment: { HOME: '/home/ann' } });
      assert.equal(config.dataFolder, '/home/ann/.local/share/nosocial');
      assert.equal(config.database.shown, 'sqlite:/home/ann/.local/share/nosocial/nosocial.db');
      assert.deepEqual(config.diskFolders, ['/home/ann/.local/share/nosocial/disk']);
      assert.deepEqual(config.listen, { host: '::', port: 8080 });
      assert.equal(config.diskReserveBytes, 1_000_000_000);
      assert.equal(config.files.defaultQuotaBytes, 15_000_000_000);
      assert.equal(config.webdav.propfindInfiniteDepth, false);
      assert.equal(config.sources['data'], 'default');
    });

    it('are what the sample file says', () => {
      const { sources: _, ...fromFile } = loadConfig({ file: sample, environment: { HOME: '/h' } });
      const { sources: __, ...fromNowhere } = loadConfig({ environment: { HOME: '/h' } });
      assert.deepEqual(fromFile, fromNowhere);
    });

    it('follow the data folder', () => {
      const config = loadConfig({ flags: { data: '/srv/cloud' }, environment: {} });
      assert.equal(config.database.shown, 'sqlite:/srv/cloud/nosocial.db');
      assert.deepEqual(config.diskFolders, ['/srv/cloud/disk']);
    });

    it('cannot be changed afterwards', () => {
      const config = loadConfig({ environment: { HOME: '/h' } });
      assert.ok(Object.isFrozen(config) && Object.isFrozen(config.http) && Object.isFrozen(config.diskFolders));
    });
  });

  describe('precedence', () => {
    it('takes flags over environment over file', () => {
      const config = loadConfig({
        file: file('listen: 127.0.0.1:1\ndiskReserve: 1MB\nlog: { level: error, format: json }\n'),
        environment: { NOSOCIAL_LISTEN: '127.0.0.1:2', NOSOCIAL_LOG_LEVEL: 'warn' },
        flags: { listen: '127.0.0.1:3' },
      });
      assert.equal(config.listen.port, 3);
      assert.equal(config.diskReserveBytes, 1_000_000);
      assert.deepEqual(config.log, { level: 'warn', format: 'json' });
      assert.equal(config.sources['listen'], '--listen');
      assert.equal(config.sources['log.level'], 'NOSOCIAL_LOG_LEVEL');
      assert.equal(config.sources['log.format'], path.join(folder, 'nosocial.yaml'));
    });

    it('takes the file from NOSOCIAL_CONFIG, and --config over that', () => {
      const environment = { NOSOCIAL_CONFIG: file('files: { versionsKept: 3 }\n') };
      assert.equal(loadConfig({ environment }).files.versionsKept, 3);
      assert.equal(loadConfig({ environment, file: sample }).files.versionsKept, 10);
    });

    it('takes an empty variable as none', () => {
      assert.equal(loadConfig({ environment: { HOME: '/h', NOSOCIAL_LISTEN: '' } }).listen.port, 8080);
    });

    it('reads lists, numbers and booleans from variables', () => {
      const config = loadConfig({
        environment: {
          NOSOCIAL_DISKS: ['/a', '/b', '/a'].join(path.delimiter),
          NOSOCIAL_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8',
          NOSOCIAL_VERSIONS_KEPT: '0',
          NOSOCIAL_PROPFIND_INFINITE_DEPTH: 'true',
        },
      });
      assert.deepEqual(config.diskFolders, ['/a', '/b']);
      assert.deepEqual(config.trustedProxies, ['127.0.0.1', '10.0.0.0/8']);
      assert.equal(config.files.versionsKept, 0);
      assert.equal(config.webdav.propfindInfiniteDepth, true);
    });

    it('counts relative paths from the file that holds them, others from the working folder', () => {
      const name = file('data: data\ndatabase: sqlite:db/x.db\ndisks: [one]\n');
      const config = loadConfig({ file: name, environment: {}, flags: { disk: ['two'] } });
      assert.equal(config.dataFolder, path.join(folder, 'data'));
      assert.equal(config.database.shown, `sqlite:${path.join(folder, 'db/x.db')}`);
      assert.deepEqual(config.diskFolders, [path.resolve('two')]);
    });
  });

  describe('dlna', () => {
    const written: [what: string, input: ConfigInput | string, want: boolean][] = [
      ['nothing', '', true],
      ['off for the whole group', 'dlna: off', false],
      ['false for the whole group', 'dlna: false', false],
      ['on for the whole group', 'dlna: on', true],
      ['off in the group', 'dlna: { enabled: off, port: 8201 }', false],
      ['a port only', 'dlna: { port: 8201 }', true],
      ['NOSOCIAL_DLNA=off', { environment: { NOSOCIAL_DLNA: 'off' } }, false],
      ['NOSOCIAL_DLNA=false', { environment: { NOSOCIAL_DLNA: 'false' } }, false],
      ['NOSOCIAL_DLNA=on', { environment: { NOSOCIAL_DLNA: 'on' } }, true],
    ];
    for (const [what, input, want] of written) {
      it(`is ${want ? 'on' : 'off'} with ${what}`, () => {
        const given = typeof input === 'string' ? { file: file(input) } : input;
        assert.equal(loadConfig({ environment: {}, ...given }).dlna.enabled, want);
      });
    }

    it('takes lists of interfaces and viewers', () => {
      const { dlna } = loadConfig({
        environment: { NOSOCIAL_DLNA_INTERFACES: 'eth0,10.0.0.1', NOSOCIAL_DLNA_VIEWERS: '10.0.0.2=ann,10.0.0.3=bob' },
      });
      assert.deepEqual(dlna.interfaces, ['eth0', '10.0.0.1']);
      assert.deepEqual(dlna.viewers, ['10.0.0.2=ann', '10.0.0.3=bob']);
    });

    const refused: [what: string, text: string][] = [
      ['a word that is neither', 'dlna: maybe'],
      ['a port that is none', 'dlna: { port: 65536 }'],
      ['a name over several lines', 'dlna: { name: "a\\nb" }'],
      ['a viewer at a host name', 'dlna: { viewers: [tv=ann] }'],
      ['a viewer without a name', 'dlna: { viewers: [10.0.0.1=] }'],
      ['a television with two viewers', 'dlna: { viewers: [10.0.0.1=ann, 10.0.0.1=bob] }'],
    ];
    for (const [what, text] of refused) {
      it(`refuses ${what}`, () => {
        const [problem, ...more] = problemsOf({ file: file(text) });
        assert.match(problem ?? '', /: dlna\.\w+: .* is not right; write /);
        assert.deepEqual(more, []);
      });
    }
  });

  describe('listen', () => {
    const cases: [text: string, want: { host: string; port: number } | undefined][] = [
      ['[::]:8080', { host: '::', port: 8080 }],
      ['[fe80::1]:0', { host: 'fe80::1', port: 0 }],
      ['0.0.0.0:65535', { host: '0.0.0.0', port: 65_535 }],
      ['localhost:80', { host: 'localhost', port: 80 }],
      ['cloud.lan:80', { host: 'cloud.lan', port: 80 }],
      ['8080', undefined],
      [':8080', undefined],
      ['::1:8080', undefined],
      ['127.0.0.1', undefined],
      ['127.0.0.1:65536', undefined],
      ['127.0.0.1:-1', undefined],
      ['300.0.0.1:80', undefined],
      ['[127.0.0.1]:80', undefined],
      ['http://localhost:80', undefined],
      ['a b:80', undefined],
    ];
    for (const [text, want] of cases) {
      it(`${want ? 'takes' : 'refuses'} ${text}`, () => {
        const problems = problemsOf({ flags: { listen: text } });
        if (want) assert.deepEqual(loadConfig({ environment: {}, flags: { listen: text } }).listen, want);
        else
          assert.deepEqual(problems, [
            `--listen: "${text}" is not right; write HOST:PORT, as in 127.0.0.1:8080 or [::]:8080`,
          ]);
      });
    }
  });

  describe('refuses', () => {
    const cases: [what: string, input: ConfigInput | string, problem: RegExp][] = [
      ['an unknown key', 'listn: x', /nosocial\.yaml: listn: there is no such setting \(did you mean listen\?\)$/],
      [
        'an unknown key in a group',
        'log: { levl: info }',
        /: log\.levl: there is no such setting \(did you mean log\.level\?\)$/,
      ],
      ['a group that is none', 'http: 5', /: http: holds settings, and 5 is none$/],
      ['a file that is a list', '- a', /is not a list of settings; write key: value$/],
      ['a file that is no YAML', 'a: [', /nosocial\.yaml: .+/],
      ['a key written twice', 'listen: 127.0.0.1:1\nlisten: 127.0.0.1:2', /Map keys must be unique/],
      [
        'a wrong type',
        'files: { versionsKept: "10" }',
        /: files\.versionsKept: "10" is not right; write a whole number from 0 to 1000$/,
      ],
      ['a fraction', 'files: { versionsKept: 1.5 }', /1\.5 is not right/],
      [
        'a number too large',
        'http: { idleTimeoutSeconds: 99999 }',
        /99999 is not right; write a whole number of seconds from 1 to 3600$/,
      ],
      [
        'a wrong item of a list',
        'trustedProxies: [10.0.0.0/33]',
        /: trustedProxies: \["10\.0\.0\.0\/33"\] is not right; write a list/,
      ],
      ['no disks', 'disks: []', /: disks: \[\] is not right; write a list of folders$/],
      ['a number for a size', 'diskReserve: 5', /: diskReserve: 5 is not right; write a size such as 1GB/],
      [
        'an unknown variable',
        { environment: { NOSOCIAL_LISTE: 'x' } },
        /^NOSOCIAL_LISTE: there is no such variable \(did you mean NOSOCIAL_LISTEN\?\)$/,
      ],
      [
        'a variable nothing like any',
        { environment: { NOSOCIAL_XYZZY_FOO: 'x' } },
        /^NOSOCIAL_XYZZY_FOO: there is no such variable$/,
      ],
      [
        'text for a boolean',
        { environment: { NOSOCIAL_PROPFIND_INFINITE_DEPTH: 'yes' } },
        /"yes" is not right; write true or false$/,
      ],
      [
        'a database elsewhere',
        { flags: { database: 'mysql://ann:secret/@db/x' } },
        /^--database: the URL is not right; write mysql:\/\/USER:PASSWORD@HOST:PORT\/NAME, (?!.*secret)/,
      ],
      [
        'another database',
        { flags: { database: 'postgres://ann:secret@db/x' } },
        /^--database: "postgres:\/\/…@db\/x" is not right; write sqlite:FILE or mysql:/,
      ],
      ['a database in memory', { flags: { database: 'sqlite::memory:' } }, /is not right/],
      ['a database in no file', { flags: { database: 'sqlite:' } }, /is not right/],
      ['an empty folder', { flags: { data: '' } }, /^--data: "" is not right; write a folder$/],
      [
        'a URL with a path',
        { environment: { NOSOCIAL_PUBLIC_URL: 'https://x/y' } },
        /is not right; write a URL without a path/,
      ],
      ['a URL of another kind', { environment: { NOSOCIAL_PUBLIC_URL: 'ftp://x' } }, /is not right/],
      ['a file that is not there', { file: '/nowhere/x.yaml' }, /^\/nowhere\/x\.yaml: cannot be read: ENOENT/],
    ];
    for (const [what, input, problem] of cases) {
      it(what, () => {
        const problems = problemsOf(typeof input === 'string' ? { file: file(input) } : input);
        assert.equal(problems.length, 1, problems.join('\n'));
        assert.match(problems[0]!, problem);
        assert.doesNotMatch(problems[0]!, /secret/);
      });
    }

    it('everything that is wrong at once', () => {
      const problems = problemsOf({
        file: file('lissten: x\nfiles: { trashKeptDays: 0, what: 1 }\n'),
        environment: { NOSOCIAL_NOPE: '1', NOSOCIAL_LOG_FORMAT: 'xml' },
        flags: { listen: 'here' },
      });
      assert.equal(problems.length, 6, problems.join('\n'));
    });

    it('a wrong value in a place that another place overrides', () => {
      // What holds is right, and the file is not looked into further than its keys.
      const problems = problemsOf({ file: file('listen: nonsense\n'), flags: { listen: '127.0.0.1:1' } });
      assert.deepEqual(problems, []);
    });
  });

  it('leaves variables of the test runner alone', () => {
    assert.deepEqual(problemsOf({ environment: { NOSOCIAL_TEST_RESULT: '/x', PATH: '/bin' } }), []);
  });

  it('has a variable of its own for every setting', () => {
    const variables = listSettings().map(({ variable }) => variable);
    assert.equal(new Set(variables).size, variables.length);
    assert.ok(variables.every((variable) => /^NOSOCIAL_[A-Z_]+$/.test(variable)));
    assert.ok(variables.length >= 20);
  });

  it('names every variable in the sample file', () => {
    const text = fs
      .readFileSync(sample, 'utf8')
      .replace('NOSOCIAL_VERSIONS_KEPT(_DAYS)', 'NOSOCIAL_VERSIONS_KEPT_DAYS');
    for (const { variable } of listSettings()) assert.match(text, new RegExp(variable));
  });

  describe('printed', () => {
    it('is a file that gives the same settings', () => {
      const config = loadConfig({
        environment: { HOME: '/h', NOSOCIAL_DEFAULT_QUOTA: '1GiB', NOSOCIAL_DISKS: '/a b' },
      });
      const { sources: _, ...again } = loadConfig({ file: file(printConfig(config)), environment: {} });
      const { sources: __, ...first } = config;
      assert.deepEqual(again, first);
    });

    it('has a value for everything that a file says', () => {
      const described = describeConfig(loadConfig({ file: sample, environment: { HOME: '/h' } }));
      const said = described.filter(({ source }) => source === sample);
      assert.ok(said.length >= 20);
      assert.deepEqual(
        said.filter(({ value }) => value === undefined),
        [],
      );
    });

    it('says where each value comes from', () => {
      const config = loadConfig({ environment: { HOME: '/h' }, flags: { listen: '127.0.0.1:9' } });
      const listen = describeConfig(config).find(({ key }) => key === 'listen');
      assert.deepEqual(listen, { key: 'listen', value: '127.0.0.1:9', source: '--listen' });
      assert.match(printConfig(config), /^listen: "127\.0\.0\.1:9" +# --listen$/m);
    });
  });
});
