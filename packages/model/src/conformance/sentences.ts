/** Sentences that have broken base models: scripts, directions, surrogates, lone marks, one word, very long. */
export const difficultSentences: readonly (readonly string[])[] = [
  ['Lena', 'Ortmann', 'repaired', 'the', 'bridge', 'near', 'Kaldur', '.'],
  ['Kaldur'],
  ['.'],
  ['Die', 'Straßenbahngesellschaft', 'fährt', 'nach', 'München', '-', 'Pasing', '.'],
  ['وصلت', 'السفينة', 'إلى', 'الإسكندرية', '.'],
  ['木匠', '李大明', '修好', '了', '桥', '。'],
  ['नदी', 'के', 'पास', 'गाँव', 'है', '।'],
  ['Family', '👨‍👩‍👧‍👦', 'in', '🇧🇪', '😀😀', '!'],
  ['e\u0301te\u0301', '\u0301', 'Zürich', 'ﬁne', 'Ａ'],
  ['\u200b', 'zero', '\ufeff', 'width', '\u00ad'],
  ['half', '\ud83d', 'a', '\ude00', 'pair'],
  ['[MASK]', '<s>', '</w>', '##x', '▁'],
  ['x'.repeat(1000), 'long', 'word'],
  Array.from({ length: 700 }, (_, at) => (at % 7 === 0 ? 'Kaldur' : `word${at % 50}`)),
];
