import type { LibraryCounts, TelevisionStatus } from '../api/contract/television-status.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { doubtsAbout, type Doubts } from '../core/media/playability.ts';
import { MediaLibrary } from '../core/media/media-library.ts';
import type { MediaEntry } from '../core/ports/media-library.ts';
import type { MediaServerState } from '../dlna/media-server.ts';
import { isoTime } from '../lib/clock.ts';
import { isDomainError } from '../lib/errors.ts';
import { MediaTools } from '../previews/media-tools.ts';
import type { LiveSettings } from './live-settings.ts';
import type { DoubtfulFilm, DoubtfulFilms } from './requests.ts';
import { seenTelevisions } from './seen-televisions.ts';
import type { Television } from './television.ts';
import { shownName } from './television-settings.ts';

const PAGE = 500;
/** Counting all of a million would take its time. */
const MOST_UNREAD = 1000;
const DAMAGED: Doubts = {
  reasons: ['nothing could be read from it: it may be damaged, or no film'],
  advice: 'play it on a computer; put a whole copy in its place',
};
const NOWHERE: MediaServerState = { places: [], subscribers: 0, streams: 0, searches: [], requests: [] };

interface Parts {
  readonly core: Core;
  readonly config: Pick<Config, 'programPath'>;
  readonly settings: Pick<LiveSettings, 'dlna'>;
  /** In a server. */
  readonly television?: Pick<Television, 'state' | 'hasTools'>;
}

/** How films come to televisions. */
export async function televisionStatus({ core, config, settings, television }: Parts): Promise<TelevisionStatus> {
  const { enabled, name, port, viewers } = settings.dlna;
  const state = television?.state ?? NOWHERE;
  const places = state.places.map(({ announcedAtMs, ...place }) => ({
    ...place,
    ...(announcedAtMs !== undefined && { announcedAt: isoTime(announcedAtMs) }),
  }));
  const requests = state.requests.toReversed().map(({ atMs, address, what, status, remarks }) => ({
    ...{ at: isoTime(atMs), address, what, remarks },
    ...(status !== undefined && { status }),
  }));
  return {
    isOn: enabled,
    name: shownName(name),
    ...{ port, places, subscribers: state.subscribers, streams: state.streams },
    library: await countLibrary(core),
    hasTools: (await television?.hasTools()) ?? (await new MediaTools(config).areThere()),
    televisions: seenTelevisions(state, viewers),
    requests,
  };
}

async function countLibrary({ store }: Core): Promise<LibraryCounts> {
  const [{ video, audio, image }, unread] = await Promise.all([store.media.counts(), store.media.unread(MOST_UNREAD)]);
  return { films: video, music: audio, pictures: image, unread: unread.length };
}

/** Films that sets commonly refuse, `limit` of them with their names, and how many there are in all. */
export async function doubtfulFilms(
  { core }: Pick<Parts, 'core'>,
  { limit }: { limit: number },
): Promise<DoubtfulFilms> {
  const library = new MediaLibrary(core);
  const films: DoubtfulFilm[] = [];
  let count = 0;
  for await (const entry of allFilms(core)) {
    const doubts = doubtsOf(entry);
    if (!doubts) continue;
    count++;
    if (films.length < limit) films.push({ path: await pathOf(library, entry), ...doubts });
  }
  return { films, count };
}

function doubtsOf({ facts, isRead }: MediaEntry): Doubts | undefined {
  if (facts !== undefined) return doubtsAbout(facts);
  return isRead ? DAMAGED : undefined;
}

async function* allFilms({ store }: Core): AsyncGenerator<MediaEntry, void> {
  for (let offset = 0; ; offset += PAGE) {
    const query = {
      scope: { kind: 'video' },
      order: [{ by: 'title', isDescending: false }],
      offset,
      limit: PAGE,
    } as const;
    const { entries } = await store.media.list(query);
    yield* entries;
    if (entries.length < PAGE) return;
  }
}

/** One that has just gone keeps its name. */
async function pathOf(library: MediaLibrary, { nodeId, name }: MediaEntry): Promise<string> {
  try {
    const { path } = await library.file(nodeId);
    return [(await library.space()).mountName, ...path.segments].join('/');
  } catch (error) {
    if (!isDomainError(error, 'not-found')) throw error;
    return name;
  }
}
