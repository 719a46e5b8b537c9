// The suites of `npm test`, in the order in which they run: of those that run beside others the longest first, so that
// none of them is left over at the end.
//
// except: files that `spec` names and another suite runs.
// packages: Debian packages without which the suite cannot run; installed when they may be (root with apt-get).
// atNight: variables with which `npm run test:night` makes the suite longer.
// onlyAtNight: `npm test` leaves it out unless it is named.
// isBeside: it runs beside those that are not, and beside another such one when they are through, since it waits more
//   than it works and nothing in it hangs on time.
// isLast: it runs when those that are not are through, since it hangs on time or on the machine's resources.
// ownNetwork: it runs in a network namespace with nothing but loopback, and with mounts that nobody else sees.
// testSeconds: how long one test may take, where half a minute is little on a busy machine.
// needs: what the machine must allow; the words are explained in config/run/requirements.mjs.

const MINUTE = 60;

/** Parts that cannot be tested without a server: `unit` runs everywhere. */
const ON_MARIADB = ['test/meta/{mysql,move}/**/*.test.ts'];
/** The rest of `faults`, so that both halves run at the same time. */
const OF_DATABASES = ['test/e2e/faults/database-*.test.ts'];

export const suites = [
  {
    name: 'unit',
    about: 'each part by itself',
    spec: [
      'test/{announce,lib,config,core,meta,blobs,dav,dlna,http,auth,observe,api,cli,app,jobs,previews,ui}/**/*.test.ts',
    ],
    except: ON_MARIADB,
    atNight: { NOSOCIAL_TEST_SYNC_SEEDS: '100' },
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'mariadb',
    about: 'the metadata in MariaDB: sessions, faults, several hosts, and moving there',
    spec: ON_MARIADB,
    packages: ['mariadb-server'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'conformance',
    about: 'every implementation of a port against its contract',
    spec: ['test/conformance/**/*.test.ts'],
    packages: ['mariadb-server'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'clients',
    isBeside: true,
    about: 'stock clients: each makes a round trip on each database, and does what it can besides; two disks',
    spec: ['test/e2e/clients/**/*.test.ts'],
    packages: [
      'curl',
      'rclone',
      'cadaver',
      'davfs2',
      'fuse3',
      'gvfs',
      'gvfs-backends',
      'libglib2.0-bin',
      'dbus-daemon',
      'kde-cli-tools',
      'kio',
      'mariadb-server',
      'python3-easywebdav',
      'python3-webdavclient',
    ],
    needs: ['root', 'fuse'],
    // What each does besides, on MariaDB too; 1 GiB by each; more files.
    atNight: { NOSOCIAL_TEST_CLIENTS: 'whole' },
    timeoutSeconds: 60 * MINUTE,
  },
  {
    name: 'page',
    isBeside: true,
    about: 'the web page in Chromium: each thing that one can do there',
    spec: ['test/e2e/page/**/*.test.ts'],
    // Pages in each of their looks.
    atNight: { NOSOCIAL_TEST_PAGE: 'whole' },
    packages: ['chromium', 'ffmpeg'],
    testSeconds: 60,
    timeoutSeconds: 15 * MINUTE,
  },
  {
    name: 'lock',
    isBeside: true,
    about: 'npm 10 and npm 11 accept the committed lock file',
    spec: ['test/e2e/lock/**/*.test.ts'],
    needs: ['registry'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'start',
    isBeside: true,
    about: 'a fresh clone serves after npm start',
    spec: ['test/e2e/start/**/*.test.ts'],
    packages: ['git'],
    needs: ['registry'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'cli',
    about: 'the command line, with and without a running server',
    spec: ['test/e2e/cli/**/*.test.ts'],
    packages: ['mariadb-server'],
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'protocol',
    about: 'WebDAV, request by request, against a real server',
    spec: ['test/e2e/protocol/**/*.test.ts'],
    packages: ['mariadb-server'],
    atNight: { NOSOCIAL_TEST_SYNC_SEEDS: '12' },
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'api',
    about: 'the REST API, request by request, against a real server on both databases',
    spec: ['test/e2e/api/**/*.test.ts'],
    packages: ['ffmpeg', 'mariadb-server', 'python3', 'unzip'],
    // Every right with every kind of app password; removals of users with many files, cut off in the middle.
    atNight: {
      NOSOCIAL_TEST_ENTRIES: '10000',
      NOSOCIAL_TEST_PREVIEWS: 'whole',
      NOSOCIAL_TEST_RIGHTS: 'whole',
      NOSOCIAL_TEST_REMOVAL_NODES: '20000',
    },
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'dlna',
    isBeside: true,
    about: 'the media server for televisions, request by request, on each database',
    spec: ['test/e2e/dlna/*.test.ts'],
    packages: ['ffmpeg', 'mariadb-server'],
    testSeconds: 60,
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'tls',
    isBeside: true,
    about: 'certificates from files and of a local authority, with curl, openssl and rclone',
    spec: ['test/e2e/tls/**/*.test.ts'],
    packages: ['curl', 'openssl', 'rclone'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'browser',
    about: 'the connect page and its test in Chromium',
    spec: ['test/e2e/browser/**/*.test.ts'],
    packages: ['chromium', 'zbar-tools'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'announce',
    isLast: true,
    isBeside: true,
    about: 'mDNS on two networks, as python3-zeroconf and Avahi see it',
    spec: ['test/e2e/announce/**/*.test.ts'],
    packages: ['avahi-daemon', 'avahi-utils', 'dbus-bin', 'dbus-daemon', 'iproute2', 'python3-zeroconf'],
    needs: ['root', 'network'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'television',
    isLast: true,
    isBeside: true,
    about: 'the media server on two networks, as televisions and other control points see it',
    spec: ['test/e2e/television/**/*.test.ts'],
    packages: [
      'curl',
      'ffmpeg',
      'gir1.2-gupnp-1.6',
      'gir1.2-gupnp-av-1.0',
      'gmediarender',
      'gstreamer1.0-libav',
      'gstreamer1.0-plugins-bad',
      'gstreamer1.0-plugins-good',
      'gupnp-tools',
      'iproute2',
      'minidlna',
      'python3-gi',
      'vlc-bin',
      'vlc-plugin-base',
    ],
    needs: ['root', 'network'],
    testSeconds: 60,
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'litmus',
    isBeside: true,
    about: 'the WebDAV test suite litmus, on each database',
    spec: ['test/e2e/litmus/**/*.test.ts'],
    packages: ['litmus', 'mariadb-server'],
    timeoutSeconds: 3 * MINUTE,
  },
  {
    name: 'libreoffice',
    isBeside: true,
    about: 'LibreOffice opens, locks and saves documents on the drive, on each database',
    spec: ['test/e2e/libreoffice/**/*.test.ts'],
    packages: ['faketime', 'libreoffice-calc-nogui', 'libreoffice-writer-nogui', 'mariadb-server', 'python3-uno'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'proxies',
    isBeside: true,
    about: 'the nginx, haproxy and Caddy configurations as they are: clients through each; a certificate by ACME',
    spec: ['test/e2e/proxies/**/*.test.ts'],
    packages: ['ca-certificates', 'caddy', 'curl', 'haproxy', 'iproute2', 'litmus', 'nginx-light', 'openssl', 'rclone'],
    needs: ['root', 'network'],
    ownNetwork: true,
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'replay',
    isBeside: true,
    about: 'clients that cannot be run here, request by request as they were recorded, on each database',
    spec: ['test/e2e/replay/**/*.test.ts'],
    packages: ['mariadb-server'],
    timeoutSeconds: 5 * MINUTE,
  },
  {
    name: 'crash',
    isLast: true,
    isBeside: true,
    about: 'kill -9 under parallel writes, on each database',
    spec: ['test/e2e/crash/**/*.test.ts'],
    packages: ['mariadb-server'],
    // 10 kills take half a minute. At night each comes later, for the sake of the number of operations.
    atNight: { NOSOCIAL_TEST_KILLS: '200', NOSOCIAL_TEST_WRITING_MS: '6000' },
    timeoutSeconds: 90 * MINUTE,
  },
  {
    name: 'quirks',
    isLast: true,
    isBeside: true,
    about: 'each quirk of a client taken away in turn: a test must fail then',
    spec: ['test/e2e/quirks/**/*.test.ts'],
    packages: ['mariadb-server'],
    onlyAtNight: true,
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'faults',
    isLast: true,
    about: 'full and lost disks and descriptors, broken connections, jumping clocks, on each database',
    spec: ['test/e2e/faults/**/*.test.ts'],
    except: OF_DATABASES,
    packages: ['btrfs-progs', 'curl', 'faketime', 'mariadb-server'],
    needs: ['root'],
    timeoutSeconds: 15 * MINUTE,
  },
  {
    name: 'outages',
    isLast: true,
    isBeside: true,
    about: 'databases that are away, stalled or full while all write',
    spec: OF_DATABASES,
    packages: ['mariadb-server'],
    needs: ['root'],
    timeoutSeconds: 10 * MINUTE,
  },
  {
    name: 'power-cut',
    isLast: true,
    isBeside: true,
    about: 'power cuts under parallel writes, and a control without syncs, which must lose data',
    spec: ['test/e2e/power-cut/**/*.test.ts'],
    packages: ['btrfs-progs', 'libeatmydata1', 'mariadb-server'],
    needs: ['root', 'loop'],
    onlyAtNight: true,
    timeoutSeconds: 30 * MINUTE,
  },
  {
    name: 'listing',
    isLast: true,
    isBeside: true,
    about: 'a listing of 10,000 entries: complete, and bounded in memory',
    spec: ['test/e2e/listing/**/*.test.ts'],
    timeoutSeconds: 5 * MINUTE,
  },
];
