import type { DroppedEntry, Incoming } from './incoming.ts';

/** What was dropped; to be taken during the event, after which the browser forgets it. */
export function entriesOf(transfer: DataTransfer): (DroppedEntry | File)[] {
  const found: (DroppedEntry | File)[] = [];
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const one = item.webkitGetAsEntry() ?? item.getAsFile();
    if (one !== null) found.push(one);
  }
  return found;
}

/** Of pickers: files, or a folder with all below it. */
export function picked(files: Iterable<File>): Incoming[] {
  return Array.from(files, (file) => ({
    path: file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/'),
    file,
  }));
}
