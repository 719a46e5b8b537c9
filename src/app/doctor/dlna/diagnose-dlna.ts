import type { Config } from '../../../config/load.ts';
import type { TelevisionStatus } from '../../../api/contract/television-status.ts';
import { admin, hasData } from '../../admin.ts';
import type { DoubtfulFilms } from '../../requests.ts';
import { fail, ok, reasonOf, warn, type Finding } from '../finding.ts';
import { checkFirewall } from './firewall.ts';
import { checkInterfaces } from './check-interfaces.ts';
import { checkPorts } from './check-ports.ts';

const NAMED_FILMS = 20;

export interface TelevisionDiagnosis {
  readonly findings: readonly Finding[];
  /** Undefined before the first start, and where nobody answers. */
  readonly status: TelevisionStatus | undefined;
}

/** Looks at all that stands between films and televisions. Changes nothing. */
export async function diagnoseDlna(config: Config): Promise<TelevisionDiagnosis> {
  const { dlna, programPath } = config;
  if (!hasData(config)) {
    const fresh = [ok('data', 'there are none yet; the first start makes them'), ...surroundings(config, undefined)];
    return { findings: fresh, status: undefined };
  }
  try {
    const status = await admin(config, 'televisionStatus', {});
    if (!status.isOn) {
      const advice = 'turn it on: `nosocial settings set dlna.enabled on`, or on the page under Administration';
      return { findings: [warn('televisions', 'the media server is turned off', advice)], status };
    }
    const { isServing } = await admin(config, 'status', {});
    const films = await admin(config, 'televisionDoubts', { limit: NAMED_FILMS });
    const findings = [
      checkServer(status, isServing),
      ...surroundings(config, isServing ? status : undefined),
      ...(await checkPorts({ port: dlna.port, chosen: dlna.interfaces, isServing })),
      await checkFirewall(dlna.port, programPath),
      ...checkLibrary(status),
      ...(isServing ? [checkSeen(status)] : []),
      ...aboutFilms(films),
    ];
    return { findings, status };
  } catch (error) {
    return { findings: [fail('server', reasonOf(error), "see the server's log")], status: undefined };
  }
}

/** For the diagnosis of all: a line about the whole. */
export async function summarizeDlna(config: Config, { isServing }: { isServing: boolean }): Promise<Finding[]> {
  if (!hasData(config)) return [];
  try {
    const status = await admin(config, 'televisionStatus', {});
    if (!status.isOn) return [ok('televisions', 'the media server is turned off')];
    const findings = surroundings(config, isServing ? status : undefined).filter(({ level }) => level !== 'ok');
    const { films } = status.library;
    if (findings.length === 0)
      return [ok('televisions', `${count(films, 'film')}; \`nosocial doctor dlna\` tells more`)];
    return findings.map((finding) => ({ ...finding, level: 'warn', subject: `televisions, ${finding.subject}` }));
  } catch {
    // The database does not answer, which is told already.
    return [];
  }
}

function surroundings({ dlna }: Config, status: TelevisionStatus | undefined): Finding[] {
  return checkInterfaces({ chosen: dlna.interfaces, places: status?.places, nowMs: Date.now() });
}

function checkServer({ name, subscribers, streams }: TelevisionStatus, isServing: boolean): Finding {
  if (!isServing) return warn('server', 'no server runs', 'start it: `nosocial serve`');
  const now = `${count(subscribers, 'subscriber')}, ${count(streams, 'stream')} at the moment`;
  return ok('server', `televisions show it as "${name}"; ${now}`);
}

function checkLibrary({ library, hasTools }: TelevisionStatus): Finding[] {
  const { films, music, pictures, unread } = library;
  const what = `${count(films, 'film')}, ${music} of music, ${count(pictures, 'picture')} in Movies`;
  const has =
    films + music + pictures > 0 ? ok('library', what) : warn('library', what, 'put films into the folder Movies');
  if (!hasTools) {
    const advice =
      'install ffmpeg: without it there are no lengths, no pictures of films, and no word on what sets refuse';
    return [has, warn('ffmpeg', 'ffmpeg and ffprobe are not both there', advice)];
  }
  return [has, ok('ffmpeg', unread === 0 ? 'everything has been looked into' : `${unread} not looked into yet`)];
}

function checkSeen({ televisions }: TelevisionStatus): Finding {
  if (televisions.length > 0) return ok('televisions', `${count(televisions.length, 'address')} asked for something`);
  const advice =
    'turn one on and open its list of sources; it must be in the same network, and a Wi-Fi that keeps its devices apart ' +
    '(“guest network”, “client isolation”) or filters multicast lets nothing through';
  return warn('televisions', 'none has asked for anything since the start', advice);
}

function aboutFilms({ films, count: all }: DoubtfulFilms): Finding[] {
  const named = films.map(({ path, reasons, advice }) => warn(`film "${path}"`, reasons.join('; '), advice));
  const more = all - films.length;
  if (more <= 0) return named;
  const advice = 'mend those above first; the command then names the next ones';
  return [...named, warn('films', `${more} more that many televisions refuse`, advice)];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : what.endsWith('s') ? 'es' : 's'}`;
}
