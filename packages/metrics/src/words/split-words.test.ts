import { describe, expect, test } from 'vitest';
import { splitWords } from './split-words.js';

const words = (text: string) =>
  splitWords(text).map(({ charStart, charEnd }) => text.slice(charStart, charEnd));

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
    expect(words("l'arbre sud-ouest")).toEqual(['l', "'", 'arbre', 'sud', '-', 'ouest']));
  test('marks belong to their letter', () =>
    expect(words('हिन्दी भाषा')).toEqual(['हिन्दी', 'भाषा']));
  test('joiners inside a word belong to it', () => {
    expect(words('می\u200cشود col·lecció')).toEqual(['می\u200cشود', 'col·lecció']);
    expect(words('a\u200c b')).toEqual(['a', '\u200c', 'b']);
  });
  test('an Armenian accent belongs to the word it stands in', () =>
    expect(words('ինչո՞ւ')).toEqual(['ինչո՞ւ']));
  test('a mark of a sentence is a word of its own', () =>
    expect(words('है। গ॥ է։ ነው። است؟')).toEqual([
      'है',
      '।',
      'গ',
      '॥',
      'է',
      '։',
      'ነው',
      '።',
      'است',
      '؟',
    ]));
  test('a space without width parts words and is none', () =>
    expect(words('ភ្នំពេញ\u200bជា')).toEqual(['ភ្នំពេញ', 'ជា']));
  test('no words in white space', () => expect(words(' \t\n\u3000')).toEqual([]));
  test('letters outside the basic plane are letters', () =>
    expect(words('𐍅𐌿𐌻𐍆 😀!')).toEqual(['𐍅𐌿𐌻𐍆', '😀', '!']));
});

test('unspaced scripts are cut by dictionaries', () => {
  expect(words('東京は日本の首都です。')).toEqual([
    '東京',
    'は',
    '日本',
    'の',
    '首都',
    'です',
    '。',
  ]);
  expect(words('中国的首都是北京')).toEqual(['中国', '的', '首都', '是', '北京']);
  expect(words('ภาษาไทย')).toEqual(['ภาษา', 'ไทย']);
});

test('a word of an unspaced script is found in a text of any language, digits of it need no dictionary', () => {
  expect(words('capital: 東京都, ABC東京')).toEqual([
    'capital',
    ':',
    '東京',
    '都',
    ',',
    'ABC',
    '東京',
  ]);
  expect(words('๑๒,๕½')).toEqual(['๑๒,๕½']);
});

test('a run longer than is segmented at once has the same words', () =>
  expect(words('ภาษาไทย'.repeat(300))).toEqual(
    Array.from({ length: 300 }, () => ['ภาษา', 'ไทย']).flat(),
  ));

test('no character of two units is cut where a run is', () => {
  const text = '𠮷'.repeat(2001);
  for (const { charStart, charEnd } of splitWords(text))
    expect(text.slice(charStart, charEnd)).not.toMatch(/\p{Cs}/u);
});

test('offsets are UTF-16 code units', () =>
  expect(splitWords('👍🏽 x')).toEqual([
    { charStart: 0, charEnd: 2 },
    { charStart: 2, charEnd: 4 },
    { charStart: 5, charEnd: 6 },
  ]));

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
  test.each(Object.entries(texts))('%s', (_, text) => {
    const found = splitWords(text);
    let end = 0;
    for (const { charStart, charEnd } of found) {
      expect(text.slice(end, charStart).trim()).toBe('');
      expect(charEnd).toBeGreaterThan(charStart);
      end = charEnd;
    }
    expect(text.slice(end).trim()).toBe('');
  });
});
