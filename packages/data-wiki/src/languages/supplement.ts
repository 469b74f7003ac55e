/** Facts of languages whose siteinfo was not at hand: names of files and categories, and link trails. */
import type { LanguageFacts } from './languages.js';

const names = (
  file: readonly string[],
  category: readonly string[],
): Readonly<Record<string, readonly string[]>> => ({
  6: file,
  14: category,
});

export const SUPPLEMENT: Readonly<Record<string, LanguageFacts>> = {
  ru: {
    namespaces: {
      ...names(['файл', 'изображение'], ['категория', 'к']),
      2: ['участник', 'участница'],
      4: ['википедия', 'вп'],
      10: ['шаблон', 'ш'],
      12: ['справка'],
      100: ['портал'],
    },
    trail: '[a-zабвгдеёжзийклмнопрстуфхцчшщъыьэюя]+',
    redirects: ['#перенаправление', '#перенапр'],
  },
  uk: {
    namespaces: {
      ...names(['файл', 'зображення'], ['категорія']),
      2: ['користувач', 'користувачка'],
      4: ['вікіпедія', 'вп'],
      10: ['шаблон'],
      12: ['довідка'],
      100: ['портал'],
    },
    trail: '[a-zабвгґдеєжзиіїйклмнопрстуфхцчшщьєюяёъы“»]+',
    redirects: ['#перенаправлення', '#перенаправление'],
  },
  vi: { trail: '[a-zàâçéèêîôûäëïöüùÇÉÂÊÎÔÛÄËÏÖÜÀÈÙ]+', redirects: ['#đổi'] },
  bg: { trail: '[a-zабвгдежзийклмнопрстуфхцчшщъыьэюя]+', redirects: ['#пренасочване', '#виж'] },
  hi: {
    namespaces: {
      ...names(['चित्र'], ['श्रेणी']),
      2: ['सदस्य'],
      4: ['विकिपीडिया', 'वि'],
      10: ['साँचा'],
      12: ['सहायता'],
      100: ['प्रवेशद्वार'],
    },
    redirects: ['#पुनर्प्रेषित'],
  },
  ko: {
    namespaces: {
      ...names(['파일', '그림'], ['분류']),
      2: ['사용자'],
      4: ['위키백과', '백'],
      10: ['틀'],
      12: ['도움말'],
      100: ['포털', '들머리'],
    },
    redirects: ['#넘겨주기'],
  },
  he: { namespaces: names(['קובץ', 'תמונה'], ['קטגוריה']), redirects: ['#הפניה'] },
  th: { namespaces: names(['ไฟล์', 'ภาพ'], ['หมวดหมู่']), trail: '', redirects: ['#เปลี่ยนทาง'] },
  id: { namespaces: names(['berkas', 'gambar'], ['kategori']), redirects: ['#alih'] },
  ms: { namespaces: names(['fail', 'imej'], ['kategori']), redirects: ['#lencong'] },
  hu: { namespaces: names(['fájl', 'kép'], ['kategória']), redirects: ['#átirányítás'] },
  ro: {
    namespaces: names(['fișier', 'fişier', 'imagine'], ['categorie']),
    redirects: ['#redirecteaza'],
  },
  el: { namespaces: names(['αρχείο', 'εικόνα'], ['κατηγορία']), redirects: ['#ανακατευθυνση'] },
  da: {
    namespaces: names(['fil', 'billede'], ['kategori']),
    trail: '[a-zæøå]+',
    redirects: ['#omdirigering'],
  },
  nn: {
    namespaces: names(['fil', 'bilde'], ['kategori']),
    trail: '[æøåa-z]+',
    redirects: ['#omdiriger'],
  },
  sk: {
    namespaces: names(['súbor', 'obrázok'], ['kategória']),
    trail: '[a-záäčďéíľĺňóôŕšťúýž]+',
    redirects: ['#presmeruj'],
  },
  sl: { namespaces: names(['slika', 'datoteka'], ['kategorija']), redirects: ['#preusmeritev'] },
  hr: {
    namespaces: names(['datoteka', 'slika'], ['kategorija']),
    trail: '[a-zčćđžš]+',
    redirects: ['#preusmjeri'],
  },
  bs: {
    namespaces: names(['datoteka', 'slika'], ['kategorija']),
    trail: '[a-zčćđžš]+',
    redirects: ['#preusmjeri'],
  },
  lt: { namespaces: names(['vaizdas'], ['kategorija']), redirects: ['#peradresavimas'] },
  lv: { namespaces: names(['attēls'], ['kategorija']), redirects: [] },
  et: {
    namespaces: names(['pilt', 'fail'], ['kategooria']),
    trail: '[äöõšüža-z]+',
    redirects: ['#suuna'],
  },
  eu: { namespaces: names(['fitxategi', 'irudi'], ['kategoria']), redirects: ['#birzuzendu'] },
  gl: { namespaces: names(['ficheiro', 'imaxe'], ['categoría']), redirects: ['#redirección'] },
  be: {
    namespaces: names(['файл', 'выява'], ['катэгорыя']),
    trail: '[абвгґджзеёжзійклмнопрстуўфхцчшыьэюяćčłńśšŭźža-z]+',
    redirects: ['#перанакіраванне'],
  },
  mk: { namespaces: names(['податотека', 'слика'], ['категорија']), redirects: ['#пренасочување'] },
  hy: { namespaces: names(['պատկեր'], ['կատեգորիա']), redirects: ['#վերահղում'] },
  ka: { namespaces: names(['ფაილი', 'სურათი'], ['კატეგორია']), redirects: ['#გადამისამართება'] },
  kk: { namespaces: names(['сурет', 'файл'], ['санат']), redirects: ['#айдау'] },
  az: { namespaces: names(['fayl', 'şəkil'], ['kateqoriya']), redirects: [] },
  uz: { namespaces: names(['fayl', 'tasvir'], ['turkum', 'kategoriya']), redirects: [] },
  ur: { namespaces: names(['فائل', 'ملف', 'تصویر'], ['زمرہ']), redirects: ['#رجوع_مکرر'] },
  bn: { namespaces: names(['চিত্র'], ['বিষয়শ্রেণী']), redirects: ['#পুনর্নির্দেশ'] },
  ta: { namespaces: names(['படிமம்'], ['பகுப்பு']), redirects: ['#வழிமாற்று'] },
  te: { namespaces: names(['దస్త్రం', 'బొమ్మ'], ['వర్గం']), redirects: ['#దారిమార్పు'] },
  ml: { namespaces: names(['പ്രമാണം', 'ചിത്രം'], ['വർഗ്ഗം']), redirects: ['#തിരിച്ചുവിടുക'] },
  mr: { namespaces: names(['चित्र'], ['वर्ग']), redirects: ['#पुनर्निर्देशन'] },
  eo: { namespaces: names(['dosiero'], ['kategorio']), redirects: ['#alidirektu'] },
  la: { namespaces: names(['fasciculus', 'imago'], ['categoria']), redirects: ['#redirect'] },
  sw: { namespaces: names(['picha', 'faili'], ['jamii']), redirects: ['#elekeza'] },
  tl: { namespaces: names(['talaksan'], ['kategorya']), redirects: [] },
  my: { namespaces: names(['ဖိုင်'], ['ကဏ္ဍ']), trail: '', redirects: ['#ပြန်ညွှန်း'] },
  km: {
    namespaces: names(['ឯកសារ', 'រូបភាព'], ['ចំណាត់ថ្នាក់ក្រុម']),
    trail: '',
    redirects: ['#បញ្ជូនបន្ត'],
  },
  lo: { namespaces: names(['ຮູບ'], ['ໝວດ']), trail: '', redirects: [] },
};
