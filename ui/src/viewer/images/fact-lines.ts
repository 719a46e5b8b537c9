import { formatDecimal } from '../../lib/format.ts';
import { t } from '../../lib/messages.svelte.ts';
import type { PhotoFacts } from './exif.ts';
import type { Size } from './zoom.ts';

/** What is said of a picture, label by label. */
export function factLines(facts: PhotoFacts, size: Size | undefined): [label: string, value: string][] {
  const lines: [string, string | undefined][] = [
    [t('viewer.photo-size'), size && t('viewer.photo-pixels', { ...size })],
    [t('viewer.photo-taken'), facts.takenAt && readableTime(facts.takenAt)],
    [t('viewer.photo-camera'), facts.camera],
    [t('viewer.photo-lens'), facts.lens],
    [t('viewer.photo-exposure'), exposure(facts) || undefined],
    [t('viewer.photo-place'), place(facts)],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}

/** EXIF writes `2024:05:17 18:03:11`; it is the time where the camera was, which is not known. */
function readableTime(exif: string): string {
  return exif.replace(/^(\d{4}):(\d\d):(\d\d)/, '$1-$2-$3');
}

function exposure({ exposureSeconds, aperture, iso, focalLengthMm }: PhotoFacts): string {
  const parts = [
    exposureSeconds === undefined ? undefined : `${shutter(exposureSeconds)} s`,
    aperture === undefined ? undefined : `f/${formatDecimal(aperture)}`,
    iso === undefined ? undefined : `ISO ${iso}`,
    focalLengthMm === undefined ? undefined : `${formatDecimal(focalLengthMm)} mm`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function shutter(seconds: number): string {
  return seconds < 0.4 ? `1/${Math.round(1 / seconds)}` : formatDecimal(seconds);
}

function place({ latitude, longitude }: PhotoFacts): string | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
