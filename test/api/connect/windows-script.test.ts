import assert from 'node:assert/strict';
import { windowsScript } from '../../../src/api/connect/windows-script.ts';

describe('the script for Windows', () => {
  const plain = windowsScript('http://192.168.1.5:8080/dav/') ?? '';
  const secure = windowsScript('https://cloud.example.org/dav/') ?? '';

  it('is ASCII with CRLF, as the command prompt wants it', () => {
    for (const text of [plain, secure]) {
      assert.match(text, /^[\r\n\x20-\x7e]+$/);
      assert.equal(text.replaceAll('\r\n', '').includes('\n'), false);
      assert.equal(text.replaceAll('\r\n', '').includes('\r'), false);
      assert.ok(text.endsWith('\r\n'));
    }
  });

  it('names the address once, as a value that nothing reads further', () => {
    assert.equal(plain.split('http://192.168.1.5:8080/dav/').length, 2);
    assert.ok(plain.includes('\r\nset "NOSOCIAL_URL=http://192.168.1.5:8080/dav/"\r\n'));
    assert.ok(plain.includes('net use * "!NOSOCIAL_URL!" *'));
  });

  it('lets passwords go unencrypted only where the address has no TLS', () => {
    assert.match(plain, /\/v BasicAuthLevel \/t REG_DWORD \/d 2 /);
    assert.doesNotMatch(secure, /BasicAuthLevel/);
  });

  it('sets the limits of files and listings and restarts the service', () => {
    assert.match(secure, /\/v FileSizeLimitInBytes \/t REG_DWORD \/d 4294967295 \/f/);
    assert.match(secure, /\/v FileAttributesLimitInBytes \/t REG_DWORD \/d 20000000 \/f/);
    assert.match(secure, /net stop webclient .*\r\nnet start webclient/);
  });

  it('asks for rights for the settings alone, and maps the drive as the person', () => {
    const [asPerson = '', asAdministrator = ''] = secure.split(/\r\n:settings\r\n/);
    assert.match(asPerson, /Start-Process -FilePath \$env:ComSpec .*-Verb RunAs -Wait/);
    assert.match(asPerson, /net use/);
    assert.doesNotMatch(asPerson, /reg add/);
    assert.doesNotMatch(asAdministrator, /net use/);
    assert.match(asPerson, /exit \/b\r\n/);
  });

  it('starts no program from the folder that it was downloaded to', () => {
    const [before = ''] = plain.split('powershell');
    assert.ok(before.includes('\r\nset "NoDefaultCurrentDirectoryInExePath=1"\r\n'));
  });

  it('has every label that it jumps to, and balanced quotes', () => {
    const labels = new Set([...plain.matchAll(/^:(\w+)\r$/gm)].map(([, name]) => name));
    const jumps = [...plain.matchAll(/goto (\w+)/g)].map(([, name]) => name);
    assert.ok(jumps.length > 0 && jumps.every((name) => labels.has(name)), jumps.join());
    for (const line of plain.split('\r\n')) assert.equal((line.split('"').length - 1) % 2, 0, line);
  });

  const refused = [
    'http://a&calc/dav/',
    'http://a"b/dav/',
    'http://a%PATH%/dav/',
    'http://a^b/dav/',
    'http://a b/dav/',
    'http://a\r\ncalc\r\n/dav/',
    'http://a/dav/\r\n',
    'http://user@host/dav/',
    'http://a/dav/?x',
    'http://a!b!/dav/',
    'http://[fd00::1]:8080/dav/',
    'file://a/dav/',
    'http:///dav/',
    'http://ä.example/dav/',
  ];
  for (const url of refused) {
    it(`is not made for ${JSON.stringify(url)}`, () => assert.equal(windowsScript(url), undefined));
  }
});
