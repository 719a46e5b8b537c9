interface Playing {
  readonly title: string;
  readonly cover: string | undefined;
}
interface Handlers {
  readonly play: () => void;
  readonly step: (by: 1 | -1) => void;
}

/**
 * What the system shows of it beside its own buttons: on a locked phone, on headphones, on keyboards. Returns how to end
 * it; nothing where the browser has no such thing.
 */
export function tellSystem({ title, cover }: Playing, { play, step }: Handlers): (() => void) | undefined {
  if (!('mediaSession' in navigator)) return undefined;
  const { mediaSession } = navigator;
  mediaSession.metadata = new MediaMetadata({ title, artwork: cover === undefined ? [] : [{ src: cover }] });
  const handlers: readonly [MediaSessionAction, () => void][] = [
    ['play', play],
    ['nexttrack', () => step(1)],
    ['previoustrack', () => step(-1)],
  ];
  for (const [action, handler] of handlers) mediaSession.setActionHandler(action, handler);
  return () => {
    mediaSession.metadata = null;
    for (const [action] of handlers) mediaSession.setActionHandler(action, null);
  };
}
