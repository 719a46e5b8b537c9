/** Headers of ownCloud's and Nextcloud's clients that others have taken up: rclone 1.60, FolderSync, PhotoSync. */

/**
 * `X-OC-Mtime`: the file's own time in seconds; iOS sends decimals. Undefined for what is no time. The answer says that
 * it was taken by `OC_MTIME_ACCEPTED`.
 */
export function parseOcMtime(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,12}(?:\.\d+)?$/.test(header.trim())) return undefined;
  return Math.round(Number(header) * 1000);
}

export const OC_MTIME_ACCEPTED = { 'X-OC-MTime': 'accepted' } as const;

export interface OcChecksum {
  readonly algorithm: 'sha256' | 'sha1' | 'md5';
  /** As it was sent: nobody has looked yet whether it is one. */
  readonly hex: string;
}

/** `OC-Checksum`: `SHA1:…`, or several separated by spaces, of which the strongest counts. */
export function parseOcChecksum(header: string | undefined): OcChecksum | undefined {
  for (const algorithm of ['sha256', 'sha1', 'md5'] as const) {
    for (const part of header?.trim().split(/\s+/) ?? []) {
      const [kind, hex] = part.split(':');
      if (kind?.toLowerCase() === algorithm) return { algorithm, hex: hex ?? '' };
    }
  }
  return undefined;
}
