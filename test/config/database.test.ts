import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeConfig, printConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';

const load = (database: string) => loadConfig({ environment: { HOME: '/h' }, flags: { database } });
const problemOf = (database: string): string => {
  try {
    load(database);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return '';
};

describe('the setting `database`', () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nosocial-config-'))));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  it('takes a URL apart', () => {
    const { database } = load('mysql://cloud:p%40ss%2Fw%3A1%25@db.lan:3307/files');
    assert.deepEqual(database, {
      kind: 'mysql',
      hosts: [{ host: 'db.lan', port: 3307 }],
      user: 'cloud',
      password: 'p@ss/w:1%',
      name: 'files',
      tls: { mode: 'off', ca: undefined },
      shown: 'mysql://cloud@db.lan:3307/files',
    });
  });

  it('takes several hosts, addresses of both kinds, and the usual port', () => {
    const { database } = load('mariadb://u:p@10.0.0.1,[fe80::1]:3307,db/n');
    assert.ok(database.kind === 'mysql');
    assert.deepEqual(database.hosts, [
      { host: '10.0.0.1', port: 3306 },
      { host: 'fe80::1', port: 3307 },
      { host: 'db', port: 3306 },
    ]);
    assert.equal(database.shown, 'mysql://u@10.0.0.1:3306,[fe80::1]:3307,db:3306/n');
  });

  it('reads password and certificate from files', () => {
    const passwordFile = file('password', 'from a file\n');
    const ca = file('ca.pem', 'CERTIFICATE');
    const { database } = load(`mysql://u@db/n?passwordFile=${passwordFile}&ca=${ca}`);
    assert.ok(database.kind === 'mysql');
    assert.equal(database.password, 'from a file');
    assert.deepEqual(database.tls, { mode: 'required', ca: 'CERTIFICATE' });
    assert.doesNotMatch(database.shown, /from a file/);
    assert.equal(load(`mysql://u@db/n?tls=unverified`).database.shown, 'mysql://u@db:3306/n?tls=unverified');
  });

  it('counts the files of a URL from the configuration that holds it', () => {
    file('secret', 'word');
    const name = file('nosocial.yaml', 'database: mysql://u@db/n?passwordFile=secret\n');
    const { database } = loadConfig({ file: name, environment: { HOME: '/h' } });
    assert.ok(database.kind === 'mysql' && database.password === 'word');
  });

  it('is never shown with its password', () => {
    const config = load('mysql://cloud:hidden@db/files');
    for (const text of [printConfig(config), JSON.stringify(describeConfig(config))]) {
      assert.match(text, /mysql:\/\/cloud@db:3306\/files/);
      assert.doesNotMatch(text, /hidden/);
    }
  });

  const wrong: [url: string, problem: RegExp][] = [
    ['mysql://cloud:secret@db', /the URL is not right; write mysql:/],
    ['mysql://cloud:secret@/files', /the URL is not right/],
    ['mysql://cloud:sec@ret@db/files', /the URL is not right.*%40 for @/],
    ['mysql://cloud:secret/@db/files', /the URL is not right/],
    ['mysql:cloud:secret@db/files', /the URL is not right/],
    ['mysql://cloud:secret@db:0/files', /a host that is none/],
    ['mysql://cloud:secret@db:99999/files', /a host that is none/],
    ['mysql://cloud:secret@db,,other/files', /a host that is none/],
    ['mysql://cloud:secret%@db/files', /a % that no two hexadecimal digits follow/],
    ['mysql://cloud:secret@db/files?ssl=1', /no parameter "ssl"; there are tls, ca and passwordFile/],
    ['mysql://cloud:secret@db/files?tls=yes', /tls is one of off, unverified, required/],
    ['mysql://cloud:secret@db,10.0.0.1/files?tls=required', /tls=required wants hosts by their names/],
    ['mysql://cloud:secret@db/files?passwordFile=/x', /give one of them/],
    ['mysql://cloud@db/files?passwordFile=/nowhere', /the passwordFile of the URL cannot be read: ENOENT/],
    ['mysql://cloud@db/files?ca=/dev/null', /the ca "\/dev\/null" is empty/],
    ['postgres://cloud:secret@db/files', /"postgres:\/\/…@db\/files" is not right; write sqlite:FILE or mysql:/],
    ['postgres://cloud:sec/ret@db/files', /is not right/],
  ];
  for (const [url, problem] of wrong) {
    it(`refuses ${url}`, () => {
      const said = problemOf(url);
      assert.match(said, /^--database: /);
      assert.match(said, problem);
      assert.doesNotMatch(said, /sec.?ret/);
    });
  }
});
