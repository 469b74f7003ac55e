import { expect, test } from 'vitest';
import { renderBlocks } from '../../test/rendered.js';
import { hasDisambiguationTemplate, isDisambiguationTitle } from './disambiguation.js';
import { languageOf } from './languages.js';

/** A paragraph as it stands in a Wikipedia: a picture before it, a category behind; what shows, and its links. */
const PAGES: readonly [code: string, wikitext: string, shown: string, links: readonly string[]][] =
  [
    [
      'ko',
      '[[파일:A.jpg|섬네일|[[탑]]]][[서울]]은 [[대한민국|한국]]의 수도이다.[[분류:도시]]',
      '서울은 한국의 수도이다.',
      ['서울', '한국'],
    ],
    [
      'he',
      '[[קובץ:A.jpg|ממוזער|א]][[ירושלים]] היא בירת [[ישראל]].[[קטגוריה:ערים]]',
      'ירושלים היא בירת ישראל.',
      ['ירושלים', 'ישראל'],
    ],
    [
      'hi',
      '[[चित्र:A.jpg|thumb|क]][[दिल्ली]] [[भारत]] की राजधानी है।[[श्रेणी:नगर]]',
      'दिल्ली भारत की राजधानी है।',
      ['दिल्ली', 'भारत'],
    ],
    [
      'bn',
      '[[চিত্র:A.jpg|thumb|ক]][[ঢাকা]] [[বাংলাদেশ]]ের রাজধানী।[[বিষয়শ্রেণী:শহর]]',
      'ঢাকা বাংলাদেশের রাজধানী।',
      ['ঢাকা', 'বাংলাদেশের'],
    ],
    [
      'pa',
      '[[ਤਸਵੀਰ:A.jpg|thumb|ਕ]][[ਦਿੱਲੀ]] [[ਭਾਰਤ]] ਦੀ ਰਾਜਧਾਨੀ ਹੈ।[[ਸ਼੍ਰੇਣੀ:ਸ਼ਹਿਰ]]',
      'ਦਿੱਲੀ ਭਾਰਤ ਦੀ ਰਾਜਧਾਨੀ ਹੈ।',
      ['ਦਿੱਲੀ', 'ਭਾਰਤ'],
    ],
    [
      'ta',
      '[[படிமம்:A.jpg|thumb|அ]][[சென்னை]] [[தமிழ்நாடு|தமிழ்நாட்டின்]] தலைநகரம்.[[பகுப்பு:நகரம்]]',
      'சென்னை தமிழ்நாட்டின் தலைநகரம்.',
      ['சென்னை', 'தமிழ்நாட்டின்'],
    ],
    [
      'te',
      '[[దస్త్రం:A.jpg|thumb|అ]][[హైదరాబాదు]] [[తెలంగాణ]] రాజధాని.[[వర్గం:నగరాలు]]',
      'హైదరాబాదు తెలంగాణ రాజధాని.',
      ['హైదరాబాదు', 'తెలంగాణ'],
    ],
    [
      'ml',
      '[[പ്രമാണം:A.jpg|thumb|അ]][[കൊച്ചി]] [[കേരളം|കേരളത്തിലെ]] നഗരം.[[വർഗ്ഗം:നഗരം]]',
      'കൊച്ചി കേരളത്തിലെ നഗരം.',
      ['കൊച്ചി', 'കേരളത്തിലെ'],
    ],
    ['my', '[[ဖိုင်:A.jpg|thumb|က]][[ရန်ကုန်]] [[မြန်မာ]]။[[ကဏ္ဍ:မြို့]]', 'ရန်ကုန် မြန်မာ။', ['ရန်ကုန်', 'မြန်မာ']],
    [
      'km',
      '[[ឯកសារ:A.jpg|thumb|ក]][[ភ្នំពេញ]] ជារាជធានី [[កម្ពុជា]]។[[ចំណាត់ថ្នាក់ក្រុម:ទីក្រុង]]',
      'ភ្នំពេញ ជារាជធានី កម្ពុជា។',
      ['ភ្នំពេញ', 'កម្ពុជា'],
    ],
    [
      'lo',
      '[[ຮູບ:A.jpg|thumb|ກ]][[ວຽງຈັນ]] ແມ່ນ [[ລາວ]].[[ໝວດ:ເມືອງ]]',
      'ວຽງຈັນ ແມ່ນ ລາວ.',
      ['ວຽງຈັນ', 'ລາວ'],
    ],
    [
      'th',
      '[[ไฟล์:A.jpg|thumb|ก]][[กรุงเทพ]]เป็นเมืองหลวงของ[[ไทย]][[หมวดหมู่:เมือง]]',
      'กรุงเทพเป็นเมืองหลวงของไทย',
      ['กรุงเทพ', 'ไทย'],
    ],
    [
      'ka',
      '[[ფაილი:A.jpg|thumb|ა]][[თბილისი]] [[საქართველო]]ს დედაქალაქია.[[კატეგორია:ქალაქები]]',
      'თბილისი საქართველოს დედაქალაქია.',
      ['თბილისი', 'საქართველოს'],
    ],
    [
      'hy',
      '[[Պատկեր:A.jpg|thumb|ա]][[Երևան]]ը [[Հայաստան]]ի մայրաքաղաքն է։[[Կատեգորիա:Քաղաքներ]]',
      'Երևանը Հայաստանի մայրաքաղաքն է։',
      ['Երևանը', 'Հայաստանի'],
    ],
    [
      'el',
      '[[Αρχείο:A.jpg|μικρογραφία|α]]Η [[Αθήνα]] στην [[Ελλάδα]].[[Κατηγορία:Πόλεις]]',
      'Η Αθήνα στην Ελλάδα.',
      ['Αθήνα', 'Ελλάδα'],
    ],
    [
      'cs',
      '[[Soubor:A.jpg|náhled|a]][[Praha]] je v [[Čechy|Čechách]].[[Kategorie:Města]]',
      'Praha je v Čechách.',
      ['Praha', 'Čechách'],
    ],
    [
      'hu',
      '[[Fájl:A.jpg|bélyegkép|a]][[Budapest]]en a [[Duna]].[[Kategória:Városok]]',
      'Budapesten a Duna.',
      ['Budapesten', 'Duna'],
    ],
    [
      'tr',
      "[[Dosya:A.jpg|küçükresim|a]][[Ankara]]'da [[Türkiye]].[[Kategori:Kentler]]",
      "Ankara'da Türkiye.",
      ['Ankara', 'Türkiye'],
    ],
    [
      'fa',
      '[[پرونده:A.jpg|بندانگشتی|الف]][[تهران]] پایتخت [[ایران]] است.[[رده:شهرها]]',
      'تهران پایتخت ایران است.',
      ['تهران', 'ایران'],
    ],
    [
      'uk',
      '[[Файл:A.jpg|міні|а]][[Київ]] — столиця [[Україна|України]].[[Категорія:Міста]]',
      'Київ — столиця України.',
      ['Київ', 'України'],
    ],
    [
      'be',
      '[[Файл:A.jpg|міні|а]][[Мінск]] у [[Беларусь|Беларусі]].[[Катэгорыя:Гарады]]',
      'Мінск у Беларусі.',
      ['Мінск', 'Беларусі'],
    ],
    [
      'sr',
      '[[Датотека:A.jpg|мини|а]][[Београд]] је -{у}- [[Србија|Србији]].[[Категорија:Градови]]',
      'Београд је у Србији.',
      ['Београд', 'Србији'],
    ],
    [
      'tg',
      '[[Акс:A.jpg|thumb|а]][[Душанбе]] дар [[Тоҷикистон]].[[Гурӯҳ:Шаҳрҳо]]',
      'Душанбе дар Тоҷикистон.',
      ['Душанбе', 'Тоҷикистон'],
    ],
    [
      'kk',
      '[[Сурет:A.jpg|thumb|а]][[Астана]] [[Қазақстан]]да.[[Санат:Қалалар]]',
      'Астана Қазақстанда.',
      ['Астана', 'Қазақстанда'],
    ],
    [
      'uz',
      '[[Tasvir:A.jpg|thumb|a]][[Toshkent]] [[Oʻzbekiston]]da.[[Turkum:Shaharlar]]',
      'Toshkent Oʻzbekistonda.',
      ['Toshkent', 'Oʻzbekistonda'],
    ],
    [
      'az',
      '[[Şəkil:A.jpg|thumb|a]][[Bakı]] [[Azərbaycan]]da.[[Kateqoriya:Şəhərlər]]',
      'Bakı Azərbaycanda.',
      ['Bakı', 'Azərbaycanda'],
    ],
    [
      'ku',
      '[[Wêne:A.jpg|thumb|a]][[Amed]] li [[Kurdistan]]ê.[[Kategorî:Bajar]]',
      'Amed li Kurdistanê.',
      ['Amed', 'Kurdistanê'],
    ],
    [
      'is',
      '[[Mynd:A.jpg|thumb|a]][[Reykjavík]] á [[Ísland]]i.[[Flokkur:Borgir]]',
      'Reykjavík á Íslandi.',
      ['Reykjavík', 'Íslandi'],
    ],
    [
      'lv',
      '[[Attēls:A.jpg|thumb|a]][[Rīga]] ir [[Latvija|Latvijā]].[[Kategorija:Pilsētas]]',
      'Rīga ir Latvijā.',
      ['Rīga', 'Latvijā'],
    ],
    [
      'eo',
      '[[Dosiero:A.jpg|eta|a]][[Parizo]] estas en [[Francio]].[[Kategorio:Urboj]]',
      'Parizo estas en Francio.',
      ['Parizo', 'Francio'],
    ],
    [
      'eu',
      '[[Fitxategi:A.jpg|thumb|a]][[Bilbo]]n [[ibai]]a.[[Kategoria:Hiriak]]',
      'Bilbon ibaia.',
      ['Bilbon', 'ibaia'],
    ],
    [
      'gl',
      '[[Ficheiro:A.jpg|miniatura|a]][[Vigo]] en [[Galicia]].[[Categoría:Cidades]]',
      'Vigo en Galicia.',
      ['Vigo', 'Galicia'],
    ],
    [
      'ca',
      "[[Fitxer:A.jpg|miniatura|a]]L'[[aigua]] de [[Vic]].[[Categoria:Ciutats]]",
      "L'aigua de Vic.",
      ['aigua', 'Vic'],
    ],
  ];

test.each(PAGES)('%s: a picture, two links, a category', (code, wikitext, shown, links) => {
  const [block, ...rest] = renderBlocks(wikitext.normalize('NFC'), code);
  expect([block?.text, rest]).toEqual([shown.normalize('NFC'), []]);
  expect(
    block?.links.map(({ charStart, charEnd }) => block.text.slice(charStart, charEnd)),
  ).toEqual(links.map((link) => link.normalize('NFC')));
});

test('a redirect is told by the word of the language, in any case', () => {
  for (const [code, text] of [
    ['ko', '#넘겨주기 [[a]]'],
    ['uk', '#ПЕРЕНАПРАВЛЕННЯ [[a]]'],
    ['xx', '#Redirect [[a]]'],
    ['tr', '#YÖNLENDİRME [[a]]'],
    ['lb', '#Weiterleitung [[a]]'],
  ] as const)
    expect(languageOf(code).redirect.test(text)).toBe(true);
  expect(languageOf('ko').redirect.test('넘겨주기')).toBe(false);
});

test('pages of meanings are told by a template or by the title', () => {
  for (const text of ['{{동음이의}}', '{{Багатозначність}}', '{{Egyért|a}}', '{{Fotbal disambig}}'])
    expect(hasDisambiguationTemplate(text)).toBe(true);
  expect(hasDisambiguationTemplate('{{Infobox}} disambig')).toBe(false);
  expect([isDisambiguationTitle('A (rozcestník)'), isDisambiguationTitle('A (film)')]).toEqual([
    true,
    false,
  ]);
});
