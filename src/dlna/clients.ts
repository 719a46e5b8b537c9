import type { DlnaExchange } from './context.ts';

/** What televisions call themselves, as far as something hangs on it. Decided for each request: addresses change hands. */
export type Client = 'samsung' | 'lg' | 'sony' | 'other';

/** `SEC_HHP_[PC]` is Samsung's AllShare on a computer, which wants none of what its sets want (gerbera's list). */
export function clientOf(userAgent: string): Client {
  if (/SEC_HHP_(?!\[PC\])|SamsungWiselinkPro|Samsung DTV DMR|\[BD\]J5500/.test(userAgent)) return 'samsung';
  if (/LGE_DLNA_SDK|LGE WebOS|\bLGE?\b/.test(userAgent)) return 'lg';
  return /BRAVIA|\bSony\b/i.test(userAgent) ? 'sony' : 'other';
}

/** Sony's sets name themselves in a header of their own, and are nobody by their User-Agent. */
export function clientAsking({ userAgent, request }: Pick<DlnaExchange, 'userAgent' | 'request'>): Client {
  const { 'x-av-client-info': info = '' } = request.headers;
  return clientOf(`${userAgent} ${String(info)}`);
}

/** From the first sets with Q in their names on, bookmarks count milliseconds; before that seconds (gerbera 3703). */
export function countsMilliseconds(userAgent: string): boolean {
  return /SEC_HHP_(?:\[TV\] )?Samsung Q/.test(userAgent);
}
