import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerHeaders } from '../../http/answer.ts';
import type { MediaKind } from '../../core/media/facts.ts';

/** How a set wants something; DLNA Guidelines part 1-1 §7.5.4.3.2.33. The first is what is meant when it does not say. */
const MODES = {
  video: ['Streaming', 'Background'],
  audio: ['Streaming', 'Background'],
  image: ['Interactive', 'Background'],
  subtitles: ['Interactive', 'Background', 'Streaming'],
} as const;

/** The headers that say how something is sent; or the status with which that is turned down, and why. */
export type Transfer = { readonly headers: AnswerHeaders } | { readonly status: 400 | 406; readonly reason: string };

/**
 * How something is sent, or the status with which another way is turned down. Neither places in
 * time (a set that wants one asks for bytes instead, as DLNA.ORG_OP=01 told it) nor other speeds are to be had.
 */
export function transferOf(asked: IncomingHttpHeaders, kind: MediaKind | 'subtitles'): Transfer {
  if (asked['timeseekrange.dlna.org'] !== undefined) return { status: 406, reason: 'asks for a place in time' };
  if (asked['playspeed.dlna.org'] !== undefined) return { status: 406, reason: 'asks for another speed' };
  const features = asked['getcontentfeatures.dlna.org'];
  if (features !== undefined && features !== '1') {
    return { status: 400, reason: `getcontentFeatures.dlna.org is ${features.toString()}` };
  }
  const wanted = asked['transfermode.dlna.org']?.toString();
  const possible: readonly string[] = MODES[kind];
  const mode =
    wanted === undefined ? possible[0] : possible.find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (mode === undefined) return { status: 406, reason: `transferMode.dlna.org is ${wanted ?? ''}` };
  const isPlayed = kind === 'video' || kind === 'audio';
  return {
    headers: {
      'transferMode.dlna.org': mode,
      // It may be sent faster than it is played.
      ...(isPlayed && { 'realTimeInfo.dlna.org': 'DLNA.ORG_TLAG=*' }),
    },
  };
}
