import { formatBytes } from '../config/units.ts';
import type { Config } from '../config/load.ts';
import { listDisks, type DiskReport } from '../core/disks.ts';
import { localOrigin } from './addresses.ts';
import type { Administration } from './administration.ts';
import { findSetupLink } from './setup-link.ts';
import type { RunningServer } from './running-server.ts';

/** What the one who started the server wants to know; the last line says that it answers. */
export async function describeStart(config: Config, { administration, address }: RunningServer): Promise<string[]> {
  const { core } = administration;
  const shown = administration.listEndpoints();
  const disks = await listDisks(core);
  const link = await findSetupLink(administration);
  const setup =
    link === undefined ? [] : ['', 'There is no user yet. Make the first administrator at', `  ${link}`, ''];
  const facts: [label: string, value: string][] = [
    ...shown.map(({ url }): [string, string] => ['open', `${url}/`]),
    ...shown.map(({ url }): [string, string] => ['webdav', `${url}/dav/`]),
    ...televisionPlaces(administration),
    ['data', config.dataFolder],
    ...(config.database.kind === 'mysql' ? [['database', config.database.shown] as [string, string]] : []),
    ...disks.map((disk): [string, string] => ['disk', `${disk.name}  ${disk.path}  (${howIs(disk)})`]),
  ];
  return [...aligned(facts), ...setup, `ready ${localOrigin(address)}`];
}

function televisionPlaces({ television }: Administration): [label: string, value: string][] {
  const { places } = television?.state ?? {};
  if (places?.length === 0) return [['television', 'on no network; see the settings of dlna']];
  return (places ?? []).map(({ interface: name, origin }) => ['television', `${origin}  (${name})`]);
}

function aligned(facts: readonly [label: string, value: string][]): string[] {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts.map(([label, value]) => `${label.padEnd(width)}${value}`);
}

function howIs({ state, problem, freeBytes, reserveBytes }: DiskReport): string {
  if (state === 'down') return `down: ${problem ?? 'not there'}`;
  const free = `${formatBytes(freeBytes)} free`;
  if (state === 'up') return free;
  return `takes no files: ${problem ?? `${free}, ${formatBytes(reserveBytes)} of it left to others`}`;
}
