import { spawn } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { filmOf } from '../../support/media.ts';
import { addAddress, TwoNetworks, type Side } from '../../support/network.ts';
import { endProcess, runWell, Scratch } from '../../support/processes.ts';
import { startServer } from '../../support/server.ts';
import type { Verdict } from './checks/check.ts';
import type { Said, Surroundings } from './checks/checker-process.ts';

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50', '-c:a', 'aac'];
const SUBTITLES = '1\n00:00:01,000 --> 00:00:05,000\nHello\n';
const STRANGE = '10.99.0.2';
const ANN = { name: 'ann', password: 'long enough for ann', role: 'admin' } as const;

/** What it is given and told, where films are put and taken away. */
export interface CheckedServer {
  readonly location: string;
  change(what: 'add' | 'remove', file: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a media server in a namespace, with the films of a folder. */
export type Start = (place: {
  namespace: string;
  address: string;
  films: string;
  scratch: Scratch;
}) => Promise<CheckedServer>;

/** The films that are checked with: twenty seconds in three containers, the index of the first at its end. */
export async function makeFilms(folder: string): Promise<void> {
  await mkdir(join(folder, 'Series'), { recursive: true });
  const films = [
    ['Bunny & <Friends> é.mp4', await filmOf(20, 'mp4', ...H264)],
    ['The.Second.Film.1999.1080p.BluRay.x264-GRP.mkv', await filmOf(20, 'mkv', ...H264)],
    ['Third.ts', await filmOf(20, 'ts', ...H264)],
    ['Short.mp4', await filmOf(3, 'mp4', ...H264, '-movflags', '+faststart')],
    ['Bunny & <Friends> é.srt', SUBTITLES],
  ] as const;
  for (const [name, content] of films) await writeFile(join(folder, name), content);
  await copyFile(join(folder, 'Short.mp4'), join(folder, 'Series', 'Part one.mp4'));
}

/** Ours, whose films come in by WebDAV. */
export const startOurs: Start = async ({ namespace, address, films }) => {
  const server = await startServer({ launcher: TwoNetworks.inside(namespace), env: { NOSOCIAL_DLNA: 'on' } });
  await server.addUser(ANN.name, ANN);
  const { code, stderr } = await server.cli(['import', '--user', ANN.name, '--to', '/Movies', films]);
  if (code !== 0) throw new Error(stderr);
  const curl = async (file: string, ...args: readonly string[]): Promise<string> => {
    const [command, ...inside] = TwoNetworks.inside(namespace);
    const url = `${server.davUrl}Movies/${encodeURIComponent(file)}`;
    return runWell(command, [...inside, 'curl', '-sSf', '-u', `${ANN.name}:${ANN.password}`, ...args, url]);
  };
  return {
    location: `http://${address}:8200/device.xml`,
    change: async (what, file) => {
      await curl(file, ...(what === 'add' ? ['-T', join(films, 'Short.mp4')] : ['-X', 'DELETE']));
    },
    stop: () => server.stop(),
  };
};

/** Debian's minidlna, as it is configured there. */
export const startMinidlna: Start = async ({ namespace, address, films, scratch }) => {
  const folder = scratch.path('minidlna');
  const given = join(folder, 'films');
  await mkdir(given, { recursive: true });
  await runWell('cp', ['-a', `${films}/.`, given]);
  const settings = {
    media_dir: given,
    db_dir: folder,
    log_dir: folder,
    port: 8200,
    inotify: 'yes',
    notify_interval: 895,
  };
  const file = join(folder, 'minidlna.conf');
  await writeFile(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const [command, ...inside] = TwoNetworks.inside(namespace);
  const pid = join(folder, 'pid');
  const child = spawn(command, [...inside, 'minidlnad', '-S', '-R', '-f', file, '-P', pid], { stdio: 'ignore' });
  return {
    location: `http://${address}:8200/rootDesc.xml`,
    change: async (what, name) => {
      if (what === 'add') await copyFile(join(films, 'Short.mp4'), join(given, name));
      else await rm(join(given, name), { force: true });
    },
    stop: () => endProcess(child),
  };
};

/** How the checks go from each of the two networks. */
export interface Verdicts {
  readonly first: readonly Verdict[];
  /** A few of them, at the same time. */
  readonly second: readonly Verdict[];
}

/** What is looked at from the second network: it is found there, tells nothing of the first, and can be played from. */
export const FROM_SECOND = [
  'found by gssdp-discover',
  'found by a control point of GUPnP',
  'its addresses in the other network told to nobody in this one',
  'ffmpeg: at 10 seconds the same picture as in the file, in MP4 with its index at the end, MKV and TS',
];

/** Checks a media server that stands between two networks, from both. */
export async function check(start: Start, films: string): Promise<Verdicts> {
  const scratch = await Scratch.create('checked');
  const networks = await TwoNetworks.create();
  const [side, other] = networks.sides;
  try {
    await prepareRoutes(networks);
    const server = await start({ namespace: networks.middle, address: side.ipv4, films, scratch });
    try {
      await answers(side.namespace, server.location);
      const common = { films, scratch: scratch.folder, strangeAddress: STRANGE };
      const [first, second] = await Promise.all([
        runChecks(side, server, { ...common, otherAddress: other.ipv4 }),
        runChecks(other, server, { ...common, otherAddress: side.ipv4, only: FROM_SECOND }),
      ]);
      return { first, second };
    } finally {
      await server.stop();
    }
  } finally {
    await networks.remove();
    await scratch.remove();
  }
}

/** There is no default route, as on a network without a router: what is said to all leaves by the one cable. */
async function prepareRoutes({ middle, sides }: TwoNetworks): Promise<void> {
  const [{ namespace, interfaceName }] = sides;
  await addAddress(namespace, 'lo', STRANGE);
  await runWell('ip', ['-n', middle, 'route', 'add', '10.99.0.0/24', 'dev', interfaceName]);
  await runWell('ip', ['-n', middle, 'route', 'add', '239.0.0.0/8', 'dev', interfaceName]);
  for (const each of sides) {
    await runWell('ip', ['-n', each.namespace, 'route', 'add', '239.0.0.0/8', 'dev', each.interfaceName]);
  }
}

/** Waits for the server to have its films. */
async function answers(namespace: string, location: string): Promise<void> {
  const [command, ...inside] = TwoNetworks.inside(namespace);
  const program = join(import.meta.dirname, 'checks', 'wait-process.ts');
  await runWell(command, [...inside, process.execPath, program, location], { timeoutMs: 30_000 });
}

async function runChecks(
  { namespace, interfaceName, ipv4 }: Side,
  server: CheckedServer,
  more: Omit<Surroundings, 'interfaceName' | 'ownAddress'>,
): Promise<Verdict[]> {
  const [command, ...inside] = TwoNetworks.inside(namespace, 'television');
  const program = join(import.meta.dirname, 'checks', 'checker-process.ts');
  const surroundings: Surroundings = { ...more, interfaceName, ownAddress: ipv4.replace(/1$/, '2') };
  const location = new URL(server.location);
  location.hostname = ipv4;
  const args = [...inside, process.execPath, program, location.href, JSON.stringify(surroundings)];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const verdicts: Verdict[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as Said;
      if ('change' in said) {
        await server.change(said.change, said.name);
        child.stdin.write('done\n');
      } else verdicts.push(said);
    }
    return verdicts;
  } finally {
    await endProcess(child);
  }
}
