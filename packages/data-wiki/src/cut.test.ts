import { describe, expect, test } from 'vitest';
import { cutPage } from '../test/rendered.js';
import type { CutOptions } from './cut.js';
import { DEFAULT_RULES } from './options.js';
import { Units } from './units.js';
import type { Block, Link } from './wikitext/blocks.js';

type Written = Pick<Block, 'kind' | 'section'> & { readonly marked: string };

/** A block whose words in angle brackets are links. */
const block = (
  marked: string,
  { kind = 'paragraph', section = 0 }: Partial<Block> = {},
): Written => ({
  kind,
  section,
  marked,
});

/** A page of such blocks. */
function pageOf(written: readonly Written[]) {
  let text = '';
  const links: Link[] = [];
  const blocks = written.map(({ kind, section, marked }): Block => {
    const [charStart, linkStart] = [text.length, links.length];
    for (const part of marked.split(/(<[^>]*>)/)) {
      const inner = /^<(.*)>$/.exec(part)?.[1];
      if (inner !== undefined)
        links.push({ charStart: text.length, charEnd: text.length + inner.length, target: inner });
      text += inner ?? part;
    }
    const charEnd = text.length;
    text += '\n';
    return { kind, section, charStart, charEnd, linkStart, linkEnd: links.length };
  });
  return { text: Units.of(text), blocks, links };
}

function cut(written: readonly Written[], options: Partial<CutOptions> = {}) {
  const rules = { ...DEFAULT_RULES, minWords: 4, maxWords: 8, minAnchors: 1, ...options };
  const { cuts, counts } = cutPage(pageOf(written), rules);
  return {
    texts: cuts.map(({ text }) => String(text)),
    anchors: cuts.map(({ anchors }) => anchors),
    counts,
  };
}

describe('passages', () => {
  test('a paragraph of enough words is one', () =>
    expect(cut([block('a <b> c d'), block('e <f> g h')]).texts).toEqual(['a b c d', 'e f g h']));
  test('a short one goes with what follows in its section', () =>
    expect(cut([block('a <b>'), block('c <d>')]).texts).toEqual(['a b\nc d']));
  test('not over a heading', () => {
    const { texts, counts } = cut([block('a <b>'), block('c <d>', { section: 1 })]);
    expect([texts, counts.passagesTooShort]).toEqual([[], 2]);
  });
  test('a long one is cut where a sentence begins', () =>
    expect(cut([block('A <b> cd ef. E <f> gh ij kl. J <k> lm.')]).texts).toEqual([
      'A b cd ef.',
      'E f gh ij kl.',
      'J k lm.',
    ]));
  test('a point after an initial or before a small letter ends no sentence', () =>
    expect(cut([block('A <b> cd J. Doe ef. gh i <k> lm')], { maxWords: 7 }).texts).toEqual([
      'A b cd J. Doe',
      'ef. gh i k lm',
    ]));
  test('too few anchors are counted', () => {
    const { texts, counts } = cut([block('a <b> c d')], { minAnchors: 2 });
    expect([texts, counts.passagesWithFewAnchors]).toEqual([[], 1]);
  });
  test('list items only when asked for; paragraphs around them go together', () => {
    const { texts, anchors } = cut(
      [block('a <b>'), block('c <d> e f', { kind: 'item' }), block('g <h>')],
      { lists: false },
    );
    expect(texts).toEqual(['a b\ng h']);
    expect(anchors[0]).toEqual([
      { start: 1, end: 2, target: 'b' },
      { start: 3, end: 4, target: 'h' },
    ]);
  });
  test('no border goes through a link', () =>
    expect(cut([block('A b cd <ef. E> f gh ij <kl>. J k lm.')]).texts).toEqual([
      'A b cd ef. E f gh',
      'ij kl. J k lm.',
    ]));
  test('markup that came through drops the passage', () => {
    const { texts, counts } = cut([block('a <b> [[c d')]);
    expect([texts, counts.passagesWithMarkup]).toEqual([[], 1]);
  });
});

describe('anchors', () => {
  test('are half-open spans of words', () =>
    expect(cut([block('a <b c> d')]).anchors).toEqual([[{ start: 1, end: 3, target: 'b c' }]]));
  test('in joined paragraphs count on', () =>
    expect(cut([block('a <b>'), block('c <d>')]).anchors[0]).toEqual([
      { start: 1, end: 2, target: 'b' },
      { start: 3, end: 4, target: 'd' },
    ]));
  test('inside a word, too long or without a letter are left out and counted', () => {
    const { anchors, counts } = cut([block('<a>bc <d e f> <12> <g>')], {
      maxAnchorWords: 2,
      numericAnchors: false,
    });
    expect(anchors).toEqual([[{ start: 5, end: 6, target: 'g' }]]);
    expect([counts.anchorsInsideWords, counts.anchorsTooLong, counts.anchorsNumeric]).toEqual([
      1, 1, 1,
    ]);
  });
});
