import { contentAddress } from '../../api/contents.ts';
import { archiveAddress, save } from '../../api/downloads.ts';
import { t } from '../../lib/messages.svelte.ts';
import { tellProblem } from '../../state/toasts.ts';
import type { Target } from './target.ts';

/** As many as the server puts into one zip. */
const MOST_IN_ZIP = 5000;

/** A file as it is, several and folders as a zip. */
export async function download(target: Target): Promise<void> {
  const { known, count, folder } = target;
  const [only] = known;
  if (count === 1 && only?.kind === 'file') {
    save(contentAddress(only, { isDownload: true }));
  } else if (count <= MOST_IN_ZIP) {
    save(await archiveAddress((await target.entries()).map(({ id }) => id)));
  } else if (folder) {
    tellProblem(new Error(t('failed.too-many', { count: MOST_IN_ZIP })));
  }
}
