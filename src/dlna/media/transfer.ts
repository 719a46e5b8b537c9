import type { IncomingHttpHeaders } from 'node:http';
import type { AnswerHeaders } from '../../http/answer.ts';
import type { MediaKind } from '../../core/media/facts.ts';
import type { Client } from '../clients.ts';

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
 * How something is sent to a set that asks so. Neither places in time (a set that wants one asks for bytes instead, as
 * DLNA.ORG_OP=01 told it) nor other speeds are to be had; who names bytes beside them gets those (guidelines 7.3.33.4, as
 * minidlna has it).
 */
export function transferOf(asked: IncomingHttpHeaders, kind: MediaKind | 'subtitles', client: Client): Transfer {
  if (asked.range === undefined) {
    if (asked['timeseekrange.dlna.org'] !== undefined) return { status: 406, reason: 'asks for a place in time' };
    if (asked['playspeed.dlna.org'] !== undefined) return { status: 406, reason: 'asks for another speed' };
  }
  const features = asked['getcontentfeatures.dlna.org'];
  if (features !== undefined && features !== '1') {
    return { status: 400, reason: `getcontentFeatures.dlna.org is ${features.toString()}` };
  }
  const wanted = asked['transfermode.dlna.org']?.toString();
  const mode = modeOf(wanted?.toLowerCase(), MODES[kind], client);
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

/** Undefined for one that is not to be had. Samsung's A950 asks for films as for pictures, and means as films are sent (minidlna). */
function modeOf(wanted: string | undefined, possible: readonly string[], client: Client): string | undefined {
  if (wanted === undefined || (client === 'samsung' && wanted === 'interactive')) return possible[0];
  return possible.find((each) => each.toLowerCase() === wanted);
}
