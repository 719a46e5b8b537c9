/** Endings that films off the air and source code share: names and clients cannot tell which of them a file is. */
const SHARED = /\.m?ts$/i;
const TRANSPORT_STREAM = 'video/mp2t';
/** Code that says in its first line what runs it. */
const SCRIPT = 'application/x-shellscript';

export interface Stored {
  readonly name: string;
  readonly mediaType: string;
  readonly blob?: { readonly contentType?: string } | undefined;
}

/** Whether its name tells nothing of whether it is a film or text. */
export function hasSharedEnding(name: string): boolean {
  return SHARED.test(name);
}

/** What is stored, called what its content was seen to be where its name does not tell. */
export function asSeen<File extends Stored>(file: File): File {
  const contentType = file.blob?.contentType;
  if (contentType === undefined || !hasSharedEnding(file.name)) return file;
  return { ...file, mediaType: mediaTypeAsSeen(file.mediaType, contentType) };
}

function mediaTypeAsSeen(mediaType: string, contentType: string): string {
  if (contentType === TRANSPORT_STREAM) return contentType;
  const isText = contentType === SCRIPT || /^(?:text\/|application\/xml$)/.test(contentType);
  // What a client knows better, such as `text/x-typescript`, stays.
  if (!isText || !/^(?:(?:video|model)\/|application\/octet-stream)/i.test(mediaType)) return mediaType;
  return contentType === SCRIPT ? 'text/plain' : contentType;
}
