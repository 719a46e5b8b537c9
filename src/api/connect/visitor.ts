import type { IncomingHttpHeaders } from 'node:http';

/** What the visitor's machine runs, as far as it changes how to connect. */
export type System = 'windows' | 'macos' | 'linux' | 'ios' | 'android' | 'other';

/** The headers by which `systemOf` tells systems apart, for `Vary`. */
export const SYSTEM_HEADERS = 'User-Agent, Sec-CH-UA-Platform';

/** Of `Sec-CH-UA-Platform`, which Chromium sends over TLS, where `User-Agent` may be frozen or made up. */
const PLATFORMS: Readonly<Record<string, System>> = {
  windows: 'windows',
  macos: 'macos',
  linux: 'linux',
  android: 'android',
  ios: 'ios',
};

/** Of `User-Agent`; the first that fits: Android calls itself Linux, too, and iOS "like Mac OS X". */
const SIGNS: readonly [sign: RegExp, system: System][] = [
  [/\bAndroid\b/, 'android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'ios'],
  [/\bWindows (?:NT|10)\b/, 'windows'],
  // An iPad says this as well (Safari 13 and newer); the script of the page finds out by its touch points.
  [/\bMacintosh\b/, 'macos'],
  [/\bCrOS\b/, 'other'],
  [/\b(?:Linux|FreeBSD|OpenBSD|X11)\b/, 'linux'],
];

export function systemOf(headers: IncomingHttpHeaders): System {
  const hint = headers['sec-ch-ua-platform'];
  const platform = typeof hint === 'string' ? PLATFORMS[hint.replaceAll('"', '').trim().toLowerCase()] : undefined;
  if (platform !== undefined) return platform;
  const agent = headers['user-agent'] ?? '';
  return SIGNS.find(([sign]) => sign.test(agent))?.[1] ?? 'other';
}
