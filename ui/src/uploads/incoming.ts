/** Something that is to be uploaded, as it was found: where it lies below what was dropped or picked. */
export interface Incoming {
  /** Names from the top one down to its own. */
  readonly path: readonly string[];
  /** Undefined: an empty folder. */
  readonly file: File | undefined;
}

/** What the page needs of the browser's `FileSystemEntry`. */
export interface DroppedEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

interface DroppedFile extends DroppedEntry {
  file(found: (file: File) => void, failed: (error: unknown) => void): void;
}

interface DroppedFolder extends DroppedEntry {
  createReader(): {
    readEntries(found: (entries: DroppedEntry[]) => void, failed: (error: unknown) => void): void;
  };
}

/** Everything below what was dropped, folder by folder; of folders only those that are empty. Throws what reading them throws. */
export async function walk(entries: readonly (DroppedEntry | File)[]): Promise<Incoming[]> {
  const incoming: Incoming[] = [];
  // No recursion: trees may be deep.
  const open = entries.map((entry) => ({ entry, above: [] as readonly string[] })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { entry, above } = next;
    const path = [...above, entry.name];
    if (!('isDirectory' in entry)) {
      incoming.push({ path, file: entry });
    } else if (entry.isDirectory) {
      const members = await membersOf(entry as DroppedFolder);
      if (members.length === 0) incoming.push({ path, file: undefined });
      for (const member of members.reverse()) open.push({ entry: member, above: path });
    } else {
      incoming.push({ path, file: await fileOf(entry as DroppedFile) });
    }
  }
  return incoming;
}

/** Browsers give a folder's members a hundred at a time, and an empty list after the last. */
async function membersOf(folder: DroppedFolder): Promise<DroppedEntry[]> {
  const reader = folder.createReader();
  const members: DroppedEntry[] = [];
  for (;;) {
    const some = await new Promise<DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return members;
    members.push(...some);
  }
}

function fileOf(entry: DroppedFile): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
