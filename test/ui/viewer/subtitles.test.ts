import assert from 'node:assert/strict';
import { playTime } from '../../../ui/src/viewer/media/play-time.ts';
import { asVtt, subtitleLanguage } from '../../../ui/src/viewer/media/subtitles.ts';

describe('subtitles beside a film', () => {
  const cases: [name: string, want: string | undefined][] = [
    ['Film.srt', ''],
    ['film.VTT', ''],
    ['Film.en.srt', 'en'],
    ['Film.pt-BR.vtt', 'pt-BR'],
    ['Film.en.forced.srt', 'en'],
    ['Film 2.srt', undefined],
    ['Film.txt', undefined],
    ['Other.srt', undefined],
    ['Film.srt.bak', undefined],
  ];
  for (const [name, want] of cases) {
    it(`takes ${name} ${want === undefined ? 'for none' : `for those in '${want}'`}`, () => {
      assert.equal(subtitleLanguage('Film.mkv', name), want);
    });
  }

  it('turns SubRip into WebVTT', () => {
    const srt =
      '\ufeff1\r\n00:00:01,5 --> 00:00:02,000 X1:0\r\n<i>One</i> & <font color="red">two</font>\r\n\r\n2\r\n1:00:00,000 --> 1:00:01,000\r\na --> b\r\n';
    assert.equal(
      asVtt(srt),
      'WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\n<i>One</i> &amp; two\n\n2\n01:00:00.000 --> 01:00:01.000\na → b\n\n',
    );
  });

  it('leaves WebVTT as it is', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\nOne & two';
    assert.equal(asVtt(vtt), vtt);
  });

  it('tells times as players do', () => {
    assert.deepEqual([5, 754.9, 3723].map(playTime), ['0:05', '12:34', '1:02:03']);
  });
});
