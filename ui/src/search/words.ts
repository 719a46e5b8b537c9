/** Without case and accents, as names are searched for. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** All words of `wanted` are in `text`, wherever and in any order. */
export function wordsFit(text: string, wanted: string): boolean {
  const folded = plain(text);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
