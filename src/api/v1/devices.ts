/** Names in `User-Agent`, the telling before the general: Edge says Chrome as well, and Chrome says Safari. */
const PROGRAMS: readonly [pattern: RegExp, name: string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chromium)\//, 'Chromium'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/\S+ (?:Mobile\/\S+ )?Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^Wget\//i, 'Wget'],
  [/^rclone\//, 'rclone'],
  [/^(?:node|undici)\b/, 'a program in Node.js'],
  [/^python|^Python/, 'a program in Python'],
  [/^okhttp\//, 'an Android app'],
  [/\bCFNetwork\//, 'an Apple app'],
];

const SYSTEMS: readonly [pattern: RegExp, name: string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What people would call the device that sends this `User-Agent`. A client can say anything: nothing rests on it. */
export function deviceOf(userAgent: string): string {
  const find = (names: typeof PROGRAMS): string | undefined => names.find(([pattern]) => pattern.test(userAgent))?.[1];
  const program = find(PROGRAMS);
  const system = find(SYSTEMS);
  if (program !== undefined && system !== undefined) return `${program} on ${system}`;
  return program ?? system ?? 'an unknown program';
}
