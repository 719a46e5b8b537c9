/** How the lines of a text end: as most of them do. An editor has lines, and knows nothing of what was between them. */
export function lineBreakOf(text: string): '\n' | '\r\n' | '\r' {
  const windows = countOf(text, /\r\n/g);
  const unix = countOf(text, /\n/g) - windows;
  const old = countOf(text, /\r/g) - windows;
  if (windows > unix && windows >= old) return '\r\n';
  return old > unix ? '\r' : '\n';
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
