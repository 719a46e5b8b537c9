/**
 * RFC 4918 §10.7: the first acceptable of the times that the client names, in seconds. Undefined when it names none
 * or wants no end: the server chooses.
 */
export function parseTimeout(header: string | undefined): number | undefined {
  for (const choice of (header ?? '').split(',')) {
    const value = choice.trim().toLowerCase();
    if (value === 'infinite') return undefined;
    const seconds = /^second-(\d{1,10})$/.exec(value)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}
