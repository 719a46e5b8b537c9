/** Text gathered before it is sent. */
const PIECE_CHARS = 64 * 1024;

const BEGIN = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n';
const END = '</D:multistatus>\n';

/** A whole `DAV:multistatus` of rendered responses, RFC 4918 §13. */
export function multistatus(responses: string): string {
  return BEGIN + responses + END;
}

/**
 * The same for any number of responses, in pieces of at least 64 KiB: no more than a piece and a page of responses is
 * held. A source that fails ends the stream with its error, never with a closing tag.
 */
export async function* multistatusPieces(pages: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let piece = BEGIN;
  for await (const page of pages) {
    piece += page;
    if (piece.length < PIECE_CHARS) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece + END);
}
