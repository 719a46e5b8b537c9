import type { MediaFacts, MediaKind } from '../media/facts.ts';
import type { BlobLocation } from './operations.ts';

/** Looks into films, music and pictures. */
export interface MediaProber {
  /** Whether it has what it needs on this machine. */
  isThere(): Promise<boolean>;
  /**
   * What a content says of itself, be it of that kind or not; undefined when it says nothing that can be understood,
   * which is remembered.
   * Throws what reading the blob throws, and `unavailable` when it cannot look at the moment.
   */
  probe(location: BlobLocation, kind: MediaKind): Promise<MediaFacts | undefined>;
  close(): Promise<void>;
}
