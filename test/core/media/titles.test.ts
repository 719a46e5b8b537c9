import assert from 'node:assert/strict';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { titleOf } from '../../../src/core/media/titles.ts';

const FILMS: readonly (readonly [name: string, title: string, year?: number])[] = [
  // As releases are called.
  ['The.Matrix.1999.1080p.BluRay.x264-GROUP.mkv', 'The Matrix', 1999],
  ['the_matrix_1999_720p_bluray.mp4', 'the matrix', 1999],
  ['The.Godfather.Part.II.1974.REMASTERED.1080p.BluRay.DTS.x264-ABC.mkv', 'The Godfather Part II', 1974],
  ['Inception.2010.2160p.UHD.BluRay.REMUX.HDR.HEVC.Atmos-XYZ.mkv', 'Inception', 2010],
  ['Dune.Part.Two.2024.WEB-DL.DDP5.1.Atmos.H.264-FLUX.mkv', 'Dune Part Two', 2024],
  ['Parasite.2019.KOREAN.1080p.WEBRip.x264-RARBG.mp4', 'Parasite', 2019],
  ['Blade.Runner.2049.2017.1080p.BluRay.x264.mkv', 'Blade Runner 2049', 2017],
  ['Blade.Runner.2049.1080p.BluRay.mkv', 'Blade Runner 2049'],
  ['2001.A.Space.Odyssey.1968.1080p.BluRay.mkv', '2001 A Space Odyssey', 1968],
  ['2001.A.Space.Odyssey.1080p.BluRay.mkv', '2001 A Space Odyssey'],
  ['2010.The.Year.We.Make.Contact.1984.720p.mkv', '2010 The Year We Make Contact', 1984],
  ['1917.2019.1080p.WEB-DL.mkv', '1917', 2019],
  ['2012.2009.BluRay.720p.mkv', '2012', 2009],
  ['1984.1984.1080p.mkv', '1984', 1984],
  ['300.2006.1080p.BluRay.mkv', '300', 2006],
  ['Death.Race.2000.1975.DVDRip.XviD.avi', 'Death Race 2000', 1975],
  ['Wonder.Woman.1984.2020.IMAX.1080p.mkv', 'Wonder Woman 1984', 2020],
  ['Class.of.1984.1982.DVDRip.avi', 'Class of 1984', 1982],
  ['12.Angry.Men.1957.mkv', '12 Angry Men', 1957],
  ['Se7en.1995.Remastered.1080p.mkv', 'Se7en', 1995],
  ['S.W.A.T.2003.1080p.BluRay.mkv', 'S.W.A.T.', 2003],
  ['S.W.A.T.mkv', 'S.W.A.T.'],
  ['E.T.the.Extra-Terrestrial.1982.1080p.mkv', 'E.T. the Extra-Terrestrial', 1982],
  ['L.A.Confidential.1997.720p.mkv', 'L.A. Confidential', 1997],
  ['The.Man.from.U.N.C.L.E.2015.1080p.mkv', 'The Man from U.N.C.L.E.', 2015],
  ['I.Robot.2004.1080p.mkv', 'I Robot', 2004],
  ['V.for.Vendetta.2005.1080p.mkv', 'V for Vendetta', 2005],
  ['Charlottes.Web.2006.DVDRip.avi', 'Charlottes Web', 2006],
  ['Charlottes.Web.mkv', 'Charlottes Web'],
  ['[REC].2.2009.1080p.BluRay.mkv', '[REC] 2', 2009],
  ['Spider-Man.No.Way.Home.2021.1080p.WEB-DL.mkv', 'Spider-Man No Way Home', 2021],
  [
    'The.Lord.of.the.Rings.The.Fellowship.of.the.Ring.2001.EXTENDED.1080p.mkv',
    'The Lord of the Rings The Fellowship of the Ring',
    2001,
  ],
  ['Some.Film.1080p.mkv', 'Some Film'],
  ['Some Film 1080p BluRay x264.mkv', 'Some Film'],
  ['The Matrix 1999 1080p BluRay.mkv', 'The Matrix', 1999],
  ['The Matrix (1999) [1080p] [BluRay] [YTS.MX].mp4', 'The Matrix', 1999],
  ['The Matrix [1999] 720p.avi', 'The Matrix', 1999],
  ['The_Matrix_(1999)_[1080p].mkv', 'The Matrix', 1999],
  ['www.Some-Site.com - The Matrix 1999 720p.mkv', 'The Matrix', 1999],
  ['Old.Film.1950.CD1.DVDRip.avi', 'Old Film CD1', 1950],
  ['Old Film (1950) part2.avi', 'Old Film part2', 1950],
  ['Ben-Hur.1959.Disc.2.1080p.mkv', 'Ben-Hur Disc 2', 1959],
  // As people call them: nothing is taken away that may belong to a title.
  ['1917.mkv', '1917'],
  ['300.mp4', '300'],
  ['2012.avi', '2012'],
  ['1917 (2019).mkv', '1917', 2019],
  ['2001: A Space Odyssey (1968).mkv', '2001: A Space Odyssey', 1968],
  ['2001: A Space Odyssey.mkv', '2001: A Space Odyssey'],
  ['Blade Runner 2049.mkv', 'Blade Runner 2049'],
  ['Wonder Woman 1984.mkv', 'Wonder Woman 1984'],
  ['Space 1999.mkv', 'Space 1999'],
  ['Se7en.mkv', 'Se7en'],
  ['[REC].mkv', '[REC]'],
  ['[REC] (2007).mkv', '[REC]', 2007],
  ['Mr. & Mrs. Smith (2005).mkv', 'Mr. & Mrs. Smith', 2005],
  ['E.T. (1982).mkv', 'E.T.', 1982],
  ['Dr. Strangelove or: How I Learned to Stop Worrying.mkv', 'Dr. Strangelove or: How I Learned to Stop Worrying'],
  ['Vol. 2.mkv', 'Vol. 2'],
  ['Amélie (French).mkv', 'Amélie (French)'],
  ['The Good German.mkv', 'The Good German'],
  ['The.Good.German.2006.1080p.mkv', 'The Good German', 2006],
  ['The English Patient (1996).mkv', 'The English Patient', 1996],
  ['Apollo 13.mkv', 'Apollo 13'],
  ['10,000 BC (2008).mkv', '10,000 BC', 2008],
  ['Birds of Prey (and the Fantabulous Emancipation).mkv', 'Birds of Prey (and the Fantabulous Emancipation)'],
  ['(500) Days of Summer (2009).mkv', '(500) Days of Summer', 2009],
  ['...And Justice for All (1979).mkv', '...And Justice for All', 1979],
  ['WALL·E (2008).mkv', 'WALL·E', 2008],
  ['Film.mkv', 'Film'],
  ['My holidays in Spain.mp4', 'My holidays in Spain'],
  ['2019-07-04 15.30.12.mp4', '2019-07-04 15.30.12'],
  ['The.Godfather.mkv', 'The Godfather'],
  ['no ending', 'no ending'],
  ['(2005).mkv', '(2005)'],
  ['1080p.mkv', '1080p'],
  ['---.mkv', '---'],
  // Other languages and scripts.
  ['Das.Boot.Directors.Cut.1981.German.DL.1080p.BluRay.x264.mkv', 'Das Boot Directors Cut', 1981],
  ['Die.Welle.2008.German.mkv', 'Die Welle', 2008],
  ['Lola.rennt.German.1080p.BluRay.mkv', 'Lola rennt'],
  ['Der.Untergang.2004.EXTENDED.German.DTS.720p.BluRay.mkv', 'Der Untergang', 2004],
  ['Das Leben der Anderen (2006).mkv', 'Das Leben der Anderen', 2006],
  ['Le.Fabuleux.Destin.d.Amelie.Poulain.2001.FRENCH.1080p.BluRay.mkv', 'Le Fabuleux Destin d Amelie Poulain', 2001],
  ['Le Labyrinthe 2014 Multi-VF2 1080p BluRay x264-PopHD.mkv', 'Le Labyrinthe', 2014],
  ['127.Heures.FRENCH.DVDRip.AC3.XViD-DVDFR.avi', '127 Heures'],
  ['Intouchables.2011.TRUEFRENCH.BRRip.XviD.avi', 'Intouchables', 2011],
  ['La.Haine.MULTi.1995.1080p.mkv', 'La Haine', 1995],
  ['À bout de souffle (1960).mkv', 'À bout de souffle', 1960],
  ['七人の侍 (1954).mkv', '七人の侍', 1954],
  ['君の名は。（2016）.mkv', '君の名は。', 2016],
  ['千と千尋の神隠し.mkv', '千と千尋の神隠し'],
  ['[Ghibli] となりのトトロ [1080p].mkv', 'となりのトトロ'],
  ['Москва.слезам.не.верит.1979.DVDRip.avi', 'Москва слезам не верит', 1979],
  ['Иван Васильевич меняет профессию (1973).avi', 'Иван Васильевич меняет профессию', 1973],
  ['Ирония_судьбы_1975_BDRip_720p.mkv', 'Ирония судьбы', 1975],
  ['올드보이.2003.1080p.BluRay.mkv', '올드보이', 2003],
  // Episodes.
  ['Breaking.Bad.S01E02.Cats.in.the.Bag.720p.BluRay.x264.mkv', 'Breaking Bad S01E02 Cats in the Bag'],
  ["Breaking Bad - S01E02 - Cat's in the Bag....mkv", "Breaking Bad S01E02 Cat's in the Bag..."],
  ['breaking.bad.1x02.hdtv.avi', 'breaking bad S01E02'],
  ['Doctor.Who.2005.S01E01.Rose.1080p.mkv', 'Doctor Who 2005 S01E01 Rose'],
  ['The.Office.US.S03E24E25.720p.mkv', 'The Office US S03E24E25'],
  ['S01E02 - Pilot.mkv', 'S01E02 Pilot'],
  ['S02E05.mkv', 'S02E05'],
  ['The.Office.S01E01.German.DL.1080p.mkv', 'The Office S01E01'],
  ['South.Park.S21E10.iTALiAN.AHDTV.x264-NTROPiC.mkv', 'South Park S21E10'],
  ['The 4400 - 1x01 - Pilot.avi', 'The 4400 S01E01 Pilot'],
  ['Tatort S50E10 Der böse König.mp4', 'Tatort S50E10 Der böse König'],
  ['24.S01E01.DVDRip.avi', '24 S01E01'],
  ['[HorribleSubs] One Punch Man - 01 [720p].mkv', 'One Punch Man - 01'],
  ['[Group] Cowboy Bebop - 05 (BD 1080p) [A1B2C3D4].mkv', 'Cowboy Bebop - 05'],
  ['The.Daily.Show.2015.03.12.720p.HDTV.mkv', 'The Daily Show 2015-03-12', 2015],
  ['Film 1920x1080.mkv', 'Film 1920x1080'],
];

describe('titles of films', () => {
  for (const [name, title, year] of FILMS) {
    it(`${name} is "${title}"${year === undefined ? '' : ` of ${year}`}`, () => {
      assert.deepEqual(titleOf({ kind: 'video', name, facts: undefined }), { title, year });
    });
  }

  it('are not what is written into them', () => {
    const facts = { title: 'Encoded by XYZ', year: 1970 } as MediaFacts;
    assert.deepEqual(titleOf({ kind: 'video', name: 'Film.mkv', facts }), { title: 'Film', year: undefined });
  });
});

const MUSIC: readonly (readonly [name: string, title: string])[] = [
  ['07 Song.mp3', 'Song'],
  ['7. Song.flac', 'Song'],
  ['12 - Song.mp3', 'Song'],
  ['1-07 Song.m4a', 'Song'],
  ['01_-_My_Song.mp3', 'My Song'],
  ['03-song.ogg', 'song'],
  ['99 Luftballons.mp3', '99 Luftballons'],
  ['7 Rings.mp3', '7 Rings'],
  ['1999.mp3', '1999'],
  ['04.mp3', '04'],
  ['Song.mp3', 'Song'],
  ['05 歌.mp3', '歌'],
];

describe('titles of music', () => {
  for (const [name, title] of MUSIC) {
    it(`${name} is "${title}"`, () => {
      assert.deepEqual(titleOf({ kind: 'audio', name, facts: undefined }), { title, year: undefined });
    });
  }

  it('are what its tags say, if they say anything', () => {
    const facts = (title: string) => ({ title, year: 1983 }) as MediaFacts;
    const named = { kind: 'audio', name: '07 Song.mp3' } as const;
    assert.deepEqual(titleOf({ ...named, facts: facts('The Song') }), { title: 'The Song', year: 1983 });
    assert.equal(titleOf({ ...named, facts: facts('  ') }).title, 'Song');
  });
});

describe('titles of pictures and folders', () => {
  it('are their names', () => {
    const of = (kind: 'image' | 'folder', name: string) => titleOf({ kind, name, facts: undefined }).title;
    assert.equal(of('image', 'IMG_0001.1080p.JPG'), 'IMG_0001.1080p');
    assert.equal(of('folder', 'The.Matrix.1999.1080p'), 'The.Matrix.1999.1080p');
    assert.equal(of('image', '.jpg'), '.jpg');
  });
});
