/** What the server asks of the process that makes pictures; `sizeBytes` bytes of the original follow on its stdin. */
export interface ImageJob {
  readonly sizeBytes: number;
  readonly side: number;
}

/** What it can read, said once it has loaded what it needs; none where a library for this machine is missing. */
export interface ImageAbilities {
  readonly mediaTypes: readonly string[];
}

/** WebP, or what was wrong with the original; and how long the process has worked in all. */
export type ImageOutcome = ({ readonly picture: Uint8Array } | { readonly problem: string }) & {
  readonly processorSeconds: number;
};

export type ImageMessage = ImageAbilities | ImageOutcome;

/** So many pixels have the largest photographs there are; what says that it has more is not opened. */
export const MAX_PIXELS = 200_000_000;

/** Of JavaScript, which has little to do there. */
export const MAX_HEAP_MIB = 256;
