/**
 * Where to go on after signing in, as an address said it; `/files` for whatever would lead away from this server, or
 * back to signing in. Links can be made by anybody.
 */
export function ownAddress(wanted: string | null, origin: string): string {
  const fallback = `${origin}/files`;
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, origin)) return fallback;
  const url = new URL(wanted, origin);
  // The whole address: `/.//other.example` is of this server, and its path alone would not be.
  return url.origin === origin && !/^\/login(\/|$)/.test(url.pathname) ? url.href : fallback;
}
