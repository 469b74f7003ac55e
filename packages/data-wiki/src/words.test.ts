import { describe, expect, test } from 'vitest';
import { splitWords } from './words.js';

const words = (text: string, language = 'en') =>
  splitWords(text, language).map(({ charStart, charEnd }) => text.slice(charStart, charEnd));

describe('spaced scripts', () => {
  test('punctuation stands alone', () =>
    expect(words("It's 3.14, or 1,000 (approx.)")).toEqual([
      'It',
      "'",
      's',
      '3.14',
      ',',
      'or',
      '1,000',
      '(',
      'approx',
      '.',
      ')',
    ]));
  test('hyphens and apostrophes split', () =>
    expect(words("l'arbre sud-ouest", 'fr')).toEqual(['l', "'", 'arbre', 'sud', '-', 'ouest']));
  test('marks belong to their letter', () =>
    expect(words('हिन्दी भाषा', 'hi')).toEqual(['हिन्दी', 'भाषा']));
  test('joiners inside a word belong to it', () => {
    expect(words('می\u200cشود col·lecció', 'fa')).toEqual(['می\u200cشود', 'col·lecció']);
    expect(words('a\u200c b')).toEqual(['a', '\u200c', 'b']);
  });
  test('letters outside the basic plane are letters', () =>
    expect(words('𐍅𐌿𐌻𐍆 😀!')).toEqual(['𐍅𐌿𐌻𐍆', '😀', '!']));
});

test('unspaced scripts are cut by dictionaries', () => {
  expect(words('東京は日本の首都です。', 'ja')).toEqual([
    '東京',
    'は',
    '日本',
    'の',
    '首都',
    'です',
    '。',
  ]);
  expect(words('中国的首都是北京', 'zh')).toEqual(['中国', '的', '首都', '是', '北京']);
  expect(words('ภาษาไทย', 'th')).toEqual(['ภาษา', 'ไทย']);
});

describe('every character that is no white space is in one word', () => {
  const texts = {
    en: 'A "quoted" word—dash… 50% of £3.5m; naïve co-op.',
    ru: 'Москва́ — столица России, 12,7 млн чел.',
    ar: 'القاهرة هي عاصمة جمهورية مصر العربية.',
    he: 'ירושלים היא בירת ישראל, צה״ל.',
    hi: 'दिल्ली भारत की राजधानी है।',
    ko: '서울은 대한민국의 수도이다.',
    ja: '「東京」は、ABC 123 カタカナ です。',
    zh: '北京(Beijing)是中華人民共和國的首都。',
    th: 'กรุงเทพมหานคร เป็นเมืองหลวง 2 แห่ง',
    km: 'ភ្នំពេញ ជារាជធានី',
    lo: 'ວຽງຈັນ ເປັນນະຄອນຫຼວງ',
    my: 'ရန်ကုန်မြို့သည် မြန်မာ',
    vi: 'Hà Nội là thủ đô của Việt Nam.',
  };
  test.each(Object.entries(texts))('%s', (language, text) => {
    const found = splitWords(text, language);
    let end = 0;
    for (const { charStart, charEnd } of found) {
      expect(text.slice(end, charStart).trim()).toBe('');
      expect(charEnd).toBeGreaterThan(charStart);
      end = charEnd;
    }
    expect(text.slice(end).trim()).toBe('');
  });
});
