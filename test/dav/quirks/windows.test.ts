import assert from 'node:assert/strict';
import type { PropertyChange } from '../../../src/dav/bodies/propertyupdate.ts';
import { isWin32Time, isWindowsRedirector, win32Times } from '../../../src/dav/quirks/windows.ts';

describe('Windows', () => {
  const agents: [agent: string | undefined, want: boolean][] = [
    ['Microsoft-WebDAV-MiniRedir/10.0.19045', true],
    ['Microsoft-WebDAV-MiniRedir/6.1.7601', true],
    ['DavClnt', true],
    ['DavClntX', false],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', false],
    ['like Microsoft-WebDAV-MiniRedir/10.0', false],
    ['', false],
    [undefined, false],
  ];
  for (const [agent, want] of agents) {
    it(`is ${want ? '' : 'not '}recognised by ${agent}`, () => assert.equal(isWindowsRedirector(agent), want));
  }

  const set = (name: string, text: string, namespace = 'urn:schemas-microsoft-com:'): PropertyChange => ({
    kind: 'set',
    namespace,
    name,
    text,
    xml: '',
  });
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  const epochMs = Date.parse(date);
  const times: [change: PropertyChange, want: object][] = [
    [set('Win32LastModifiedTime', date), { modifiedAtMs: epochMs }],
    [set('Win32CreationTime', date), { createdAtMs: epochMs }],
    [set('Win32LastAccessTime', date), {}],
    [set('Win32LastModifiedTime', 'yesterday'), {}],
    [set('Win32LastModifiedTime', date, 'DAV:'), {}],
    [{ kind: 'remove', namespace: 'urn:schemas-microsoft-com:', name: 'Win32CreationTime' }, {}],
  ];
  for (const [change, want] of times) {
    it(`has ${JSON.stringify(want)} in ${JSON.stringify(change)}`, () => {
      assert.deepEqual(win32Times([change]), want);
      assert.equal(isWin32Time(change), Object.keys(want).length > 0);
    });
  }
});
