/** One quirk: what a client needs beyond the protocol, and what shows that it needs it. */
export interface Quirk {
  /** In src/dav/quirks. */
  readonly file: string;
  /** What the file exports. */
  readonly name: string;
  readonly client: string;
  /** What a function returns, or a constant is, without the quirk. */
  readonly without: string;
  /** The test that fails then, and a part of its title. */
  readonly test: string;
  readonly title: string;
}

const WINDOWS = 'Windows Mini-Redirector 6.1 to 10.0';
const FINDER = 'macOS Finder, WebDAVFS 3.0.0';
const OWNCLOUD = "ownCloud's and Nextcloud's clients, rclone 1.60, FolderSync";
const NPM_WEBDAV = 'npm webdav 5.11';

const ROOT_RULES = 'test/e2e/protocol/root-rules.test.ts';
const PROPERTIES = 'test/e2e/protocol/properties.test.ts';
const COPY_MOVE = 'test/e2e/protocol/copy-move.test.ts';
const REPLAYED_FINDER = 'test/e2e/replay/finder.test.ts';
const own = (name: string) => `test/dav/quirks/${name}.test.ts`;

/** Every quirk. The suite `quirks` takes each of them away in turn and sees its test fail. */
export const QUIRKS: readonly Quirk[] = [
  {
    file: 'windows.ts',
    name: 'isWindowsRedirector',
    client: `${WINDOWS}, DavClnt`,
    without: 'false',
    test: ROOT_RULES,
    title: 'answers Windows as WebDAV',
  },
  {
    file: 'windows.ts',
    name: 'AUTHOR_VIA_DAV',
    client: `${WINDOWS}, Office`,
    without: '{}',
    test: ROOT_RULES,
    title: 'answers Windows as WebDAV',
  },
  {
    file: 'windows.ts',
    name: 'win32Times',
    client: WINDOWS,
    without: '{}',
    test: PROPERTIES,
    title: 'times of Windows',
  },
  {
    file: 'windows.ts',
    name: 'isWin32Time',
    client: WINDOWS,
    without: 'false',
    test: PROPERTIES,
    title: 'times of Windows',
  },
  {
    file: 'windows.ts',
    name: 'WIN32_TIMES',
    client: WINDOWS,
    without: '[]',
    test: PROPERTIES,
    title: 'times of Windows',
  },
  {
    file: 'windows-listing.ts',
    name: 'WINDOWS_LISTINGS',
    client: WINDOWS,
    without: "[{ ...({} as never), key: 'x', needsDead: false, write: () => '' }] as never",
    test: own('windows-listing'),
    title: 'tells of each entry what Windows reads',
  },
  {
    file: 'npm-webdav.ts',
    name: 'ALLPROP_WITH_QUOTA',
    client: NPM_WEBDAV,
    without: 'Buffer.alloc(0)',
    test: own('npm-webdav'),
    title: 'is told the quota',
  },
  {
    file: 'npm-webdav.ts',
    name: 'withAngleBrackets',
    client: NPM_WEBDAV,
    without: 'lockToken',
    test: own('npm-webdav'),
    title: 'ends its lock',
  },
  {
    file: 'kio.ts',
    name: 'withoutUserinfo',
    client: 'KIO 5.103',
    without: 'authority',
    test: COPY_MOVE,
    title: "KIO's with user and password",
  },
  {
    file: 'webdavclient3.ts',
    name: 'copyDepthHeader',
    client: 'webdavclient3 3.14.6',
    without: 'depth',
    test: own('webdavclient3'),
    title: 'copies a folder with all in it',
  },
  {
    file: 'finder.ts',
    name: 'seesSidecars',
    client: FINDER,
    without: 'false',
    test: REPLAYED_FINDER,
    title: 'SQLite sees alone what it keeps beside files',
  },
  {
    file: 'finder.ts',
    name: 'makesSidecar',
    client: FINDER,
    without: 'false',
    test: REPLAYED_FINDER,
    title: 'SQLite sees alone what it keeps beside files',
  },
  {
    file: 'finder.ts',
    name: 'parseExpectedLength',
    client: FINDER,
    without: 'undefined',
    test: REPLAYED_FINDER,
    title: 'SQLite leaves the old file when a copy is broken off',
  },
  {
    file: 'owncloud.ts',
    name: 'parseOcTime',
    client: OWNCLOUD,
    without: 'undefined',
    test: own('owncloud-server'),
    title: 'keeps the times',
  },
  {
    file: 'owncloud.ts',
    name: 'OC_MTIME_ACCEPTED',
    client: OWNCLOUD,
    without: '{}',
    test: own('owncloud-server'),
    title: 'keeps the times',
  },
  {
    file: 'owncloud.ts',
    name: 'OC_CTIME_ACCEPTED',
    client: OWNCLOUD,
    without: '{}',
    test: own('owncloud-server'),
    title: 'keeps the times',
  },
  {
    file: 'owncloud.ts',
    name: 'ocModifiedTime',
    client: OWNCLOUD,
    without: '{}',
    test: own('owncloud-server'),
    title: 'sets the time',
  },
  {
    file: 'owncloud.ts',
    name: 'isOcModifiedTime',
    client: OWNCLOUD,
    without: 'false',
    test: own('owncloud-server'),
    title: 'sets the time',
  },
  {
    file: 'owncloud.ts',
    name: 'parseOcChecksum',
    client: OWNCLOUD,
    without: '[]',
    test: own('owncloud-server'),
    title: 'refuses an upload',
  },
];
