import assert from 'node:assert/strict';
import { systemOf, type System } from '../../../src/api/connect/visitor.ts';

describe('the system of a visitor', () => {
  const cases: [what: string, agent: string | undefined, platform: string | undefined, system: System][] = [
    ['Edge on Windows 11', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Edg/140.0', '"Windows"', 'windows'],
    ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0', undefined, 'windows'],
    [
      'Safari on macOS',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1',
      undefined,
      'macos',
    ],
    ['Safari on iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1', undefined, 'ios'],
    ['Chrome on an old iPad', 'Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) CriOS/90', undefined, 'ios'],
    ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0 Mobile Safari/537.36', undefined, 'android'],
    ['Android that asks for the desktop page', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0', '"Android"', 'android'],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0', undefined, 'linux'],
    ['a Chromebook', 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0', '"Chrome OS"', 'other'],
    ['curl', 'curl/8.0', undefined, 'other'],
    ['nobody knows what', undefined, '"Fuchsia"', 'other'],
  ];
  for (const [what, agent, platform, system] of cases) {
    it(`is ${system} for ${what}`, () => {
      const headers = {
        ...(agent !== undefined && { 'user-agent': agent }),
        ...(platform !== undefined && { 'sec-ch-ua-platform': platform }),
      };
      assert.equal(systemOf(headers), system);
    });
  }
});
