/** Names as people have them, in the languages that the product is asked to know; the same for the same number. */
const WORDS = {
  en: 'holiday beach wedding invoice contract report budget meeting notes recipe garden school project birthday summer winter letter draft final scan photo family travel insurance receipt statement homework lesson concert guitar kitchen house mountain river lake train flight hotel passport certificate application resume'.split(
    ' ',
  ),
  lv: 'ziemassvētki jāņi kāzas rēķins līgums pārskats budžets sapulce piezīmes recepte dārzs skola projekts dzimšanas diena vasara ziema vēstule melnraksts ģimene ceļojums apdrošināšana čeks mājasdarbs nodarbība koncerts ģitāra virtuve māja kalns upe ezers vilciens lidojums viesnīca pase apliecība ķiršu šķūnis žurnāls'.split(
    ' ',
  ),
  es: 'vacaciones playa boda factura contrato informe presupuesto reunión apuntes receta jardín escuela proyecto cumpleaños verano invierno carta borrador familia viaje seguro recibo extracto deberes lección concierto guitarra cocina casa montaña río lago tren vuelo pasaporte certificado solicitud niño mañana español'.split(
    ' ',
  ),
  fr: 'vacances plage mariage facture contrat rapport budget réunion notes recette jardin école projet anniversaire été hiver lettre brouillon famille voyage assurance reçu relevé devoirs leçon concert guitare cuisine maison montagne rivière lac train vol hôtel passeport œuvre cœur garçon français'.split(
    ' ',
  ),
  id: 'liburan pantai pernikahan faktur kontrak laporan anggaran rapat catatan resep kebun sekolah proyek ulang tahun musim surat konsep keluarga perjalanan asuransi kuitansi tagihan tugas pelajaran konser gitar dapur rumah gunung sungai danau kereta penerbangan paspor sertifikat lamaran'.split(
    ' ',
  ),
  ko: '휴가 바다 결혼식 청구서 계약서 보고서 예산 회의 메모 요리 정원 학교 과제 생일 여름 겨울 편지 초안 가족사진 여행 보험 영수증 숙제 수업 음악회 기타 부엌 집 산 강 호수 기차 비행기 호텔 여권 증명서 신청서 이력서 사진'.split(
    ' ',
  ),
};
const LANGUAGES = Object.values(WORDS);
const EXTENSIONS: readonly [extension: string, mediaType: string][] = [
  ['pdf', 'application/pdf'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['jpg', 'image/jpeg'],
  ['mp3', 'audio/mpeg'],
  ['mp4', 'video/mp4'],
  ['txt', 'text/plain'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
];

export interface InventedName {
  readonly name: string;
  readonly mediaType: string;
}

/** Almost half of them are what cameras and phones say, the others are words. */
export function inventName(number: number): InventedName {
  const random = randomFrom(number);
  if (random(100) < 45) return { name: cameraName(random, number), mediaType: 'image/jpeg' };
  const words = LANGUAGES[random(LANGUAGES.length)] ?? WORDS.en;
  const count = 1 + random(3);
  const parts = Array.from({ length: count }, () => words[random(words.length)] ?? '');
  const separator = [' ', '_', '-'][random(3)] ?? ' ';
  const title = random(2) === 0 ? parts.join(separator) : parts.map(capitalised).join(separator);
  const [extension, mediaType] = EXTENSIONS[random(EXTENSIONS.length)] ?? ['txt', 'text/plain'];
  return { name: `${title}${separator}${2000 + random(27)}${separator}${number}.${extension}`, mediaType };
}

function cameraName(random: (below: number) => number, number: number): string {
  const day = `20${two(10 + random(17))}${two(1 + random(12))}${two(1 + random(28))}`;
  const time = `${two(random(24))}${two(random(60))}${two(random(60))}`;
  switch (random(4)) {
    case 0:
      return `IMG_${String(number % 10_000).padStart(4, '0')}.JPG`;
    case 1:
      return `IMG_${day}_${time}.jpg`;
    case 2:
      return `DSC${String(number % 100_000).padStart(5, '0')}.jpg`;
    default:
      return `Screenshot_${day}-${time}.png`;
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** A small generator of its own for each number: any name can be made without those before it. */
function randomFrom(seed: number): (below: number) => number {
  let state = (seed + 1) * 0x9e3779b1;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}
