import { expect, test } from 'vitest';
import { paintFor } from '../paint.js';
import { showAnchors } from './extract-views.js';

test('anchors stand in brackets in their text', () => {
  const text = 'Lena was born in Bad Ems, on the Lahn.';
  const word = (charStart: number, charEnd: number) => ({ charStart, charEnd });
  const passage = {
    language: 'en',
    pageId: 1,
    title: 'Lena',
    text,
    words: [word(0, 4), word(17, 20), word(21, 24), word(33, 37)],
    anchors: [
      { start: 1, end: 3, target: 'Bad Ems' },
      { start: 3, end: 4, target: 'Lahn' },
    ],
  };
  const plain = paintFor(process.stdout, { NO_COLOR: '1' });
  expect(showAnchors(passage, plain)).toBe('Lena\nLena was born in [Bad Ems], on the [Lahn].');
});
