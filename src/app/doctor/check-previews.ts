import type { Config } from '../../config/load.ts';
import { describeAbilities } from '../../previews/abilities.ts';
import { ok, warn, type Finding } from './finding.ts';

/** What this machine can make previews of. */
export async function checkPreviews({ previews, programPath }: Config): Promise<Finding> {
  if (!previews.enabled) return ok('previews', 'turned off');
  const { images, media } = await describeAbilities(programPath);
  if (!images) {
    return warn(
      'previews',
      'none: the library for images (sharp) is not there for this machine',
      'install nosocial again with optional dependencies, or set `previews.enabled` to false',
    );
  }
  return ok(
    'previews',
    media ? 'of images, films and music' : 'of images; of films and music once ffmpeg is installed',
  );
}
