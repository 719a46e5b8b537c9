// The world in which the files of config/ run as they are: the suite has a network and mounts of its own (`ownNetwork`
// in test/suites.mjs), in which cloud.example.org is this machine, and its certificates and trust are made here.
import { chmod, readFile, readlink, writeFile } from 'node:fs/promises';
import { setDefaultCACertificates } from 'node:tls';
import { mountBind, mountTmpfs } from '../../support/mounts.ts';
import { runWell, Scratch } from '../../support/processes.ts';

export const NAME = 'cloud.example.org';
/** Where the name leads. None of these addresses is loopback to the server, nor trusted. */
export const ADDRESS = '203.0.113.10';
export const ADDRESS_V6 = '2001:db8::10';
/** Others on the network; as many as there are proxies, for who is throttled stays so. */
export const STRANGERS = ['203.0.113.71', '203.0.113.72', '203.0.113.73'] as const;
/** Let's Encrypt, for who is in here; `authority.ts` answers. */
export const AUTHORITY_NAME = 'acme-v02.api.letsencrypt.org';
export const AUTHORITY_ADDRESS = '127.0.0.3';

const TRUSTED_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** Far less than the files that go through: a proxy that writes them to disk fails. */
const PROXY_DISK_MIB = 16;
const NO_FILES_OF_THE_MACHINE = [
  '/etc/haproxy',
  '/etc/letsencrypt',
  '/etc/nginx/conf.d',
  '/etc/nginx/sites-enabled',
  '/run',
  '/var/lib/nginx',
  '/var/log/nginx',
  '/var/www/html',
];

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Something that runs. */
export interface Ending {
  stop(): Promise<void>;
}

export interface Stage {
  readonly scratch: Scratch;
  /** Everybody in here trusts it. */
  readonly authority: KeyPair;
  /** Files with a certificate for `name`. */
  certify(name: string): Promise<KeyPair>;
}

let opened: Promise<Stage> | undefined;

/** The stage, made once; it is gone with the process, whose mounts and network nobody else sees. */
export function openStage(): Promise<Stage> {
  return (opened ??= makeStage());
}

async function makeStage(): Promise<Stage> {
  await assertAlone();
  const scratch = await Scratch.create('proxies');
  await chmod(scratch.folder, 0o755);
  for (const address of [ADDRESS, ...STRANGERS]) await runWell('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
  await runWell('ip', ['address', 'add', `${ADDRESS_V6}/128`, 'dev', 'lo', 'nodad']);
  for (const folder of NO_FILES_OF_THE_MACHINE) {
    await mountTmpfs(folder, PROXY_DISK_MIB);
    await chmod(folder, 0o755);
  }
  const hosts = [
    '127.0.0.1 localhost',
    `${ADDRESS} ${NAME}`,
    `${ADDRESS_V6} ${NAME}`,
    `${AUTHORITY_ADDRESS} ${AUTHORITY_NAME}`,
  ];
  await writeFile(scratch.path('hosts'), `${hosts.join('\n')}\n`);
  await mountBind(scratch.path('hosts'), '/etc/hosts');

  const authority = await makeAuthority(scratch);
  await mountBind(authority.certificate, TRUSTED_CERTIFICATES);
  setDefaultCACertificates([await readFile(authority.certificate, 'utf8')]);
  return { scratch, authority, certify: (name) => makeCertificate(scratch, authority, name) };
}

/** What is done here to the network and to /etc must never happen to the machine: nobody outside may share them. */
async function assertAlone(): Promise<void> {
  for (const kind of ['net', 'mnt']) {
    const [own, ofTheRunner] = [
      await readlink(`/proc/self/ns/${kind}`),
      await readlink(`/proc/${process.ppid}/ns/${kind}`),
    ];
    if (own === ofTheRunner) throw new Error('this suite needs a network and mounts of its own: npm test -- proxies');
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

async function makeAuthority(scratch: Scratch): Promise<KeyPair> {
  const pair = { certificate: scratch.path('authority.pem'), key: scratch.path('authority.key') };
  const files = ['-keyout', pair.key, '-out', pair.certificate];
  await runWell('openssl', [
    'req',
    '-x509',
    ...NEW_KEY,
    ...files,
    '-days',
    '2',
    '-subj',
    '/CN=nosocial test authority',
  ]);
  return pair;
}

async function makeCertificate(scratch: Scratch, authority: KeyPair, name: string): Promise<KeyPair> {
  const pair = { certificate: scratch.path(`${name}.pem`), key: scratch.path(`${name}.key`) };
  const request = scratch.path(`${name}.csr`);
  const extensions = scratch.path(`${name}.ext`);
  await writeFile(extensions, `subjectAltName=DNS:${name}\n`);
  await runWell('openssl', ['req', ...NEW_KEY, '-keyout', pair.key, '-out', request, '-subj', `/CN=${name}`]);
  const issuer = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'];
  const files = ['-in', request, '-out', pair.certificate, '-extfile', extensions];
  await runWell('openssl', ['x509', '-req', ...issuer, ...files, '-days', '2']);
  return pair;
}
