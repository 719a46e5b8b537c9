import { ASKING } from './asking.ts';
import { BROWSING } from './browsing.ts';
import type { Check } from './check.ts';
import { FINDING } from './finding.ts';
import { GUARDING } from './guarding.ts';
import { PLAYING } from './playing.ts';
import { STREAMING } from './streaming.ts';
import { TELLING } from './telling.ts';

/** By what they are about, as they are shown. */
export const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  'Finding it': FINDING,
  'Containers and what is told of films': BROWSING,
  'Searches and faults': ASKING,
  'Sending films': STREAMING,
  Events: TELLING,
  'Who is kept out': GUARDING,
  'Programs that play': PLAYING,
};
