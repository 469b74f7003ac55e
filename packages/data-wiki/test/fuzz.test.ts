/** Random and damaged input: no crash, no hang, whatever comes out keeps its promises. CALIBRE_FUZZ=100000 runs longer. */

import { splitWords } from '@calibre/metrics/words';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES, resolveRules } from '../src/options.js';
import { toJsonLine } from '../src/output/json-lines.js';
import { LineBuffer } from '../src/output/line.js';
import { toPassage } from '../src/passage.js';
import { extractPassages } from '../src/run/extract.js';
import { toWords } from '../src/words.js';
import { all, dump, HEADER, manyPages, page, SMALL } from './dumps.js';
import { cutPage, renderBlocks, renderPage } from './rendered.js';

const numRuns = Number(process.env.CALIBRE_FUZZ ?? 300);
const TIMEOUT = Math.max(60_000, numRuns * 20);

const MARKUP = [
  '[[',
  ']]',
  '{{',
  '}}',
  '{{{',
  '}}}',
  '[',
  ']',
  '{',
  '}',
  '{|',
  '|}',
  '|-',
  '|',
  '||',
  '!',
  '\n',
  '\n\n',
  '\n*',
  '\n# ',
  '\n: ',
  '\n;',
  '\n==',
  '==',
  "'",
  "''",
  "'''",
  "'''''",
  '<ref>',
  '</ref>',
  '<ref name="a>b" />',
  '<nowiki>',
  '</nowiki>',
  '<math>',
  '</math>',
  '<!--',
  '-->',
  '<div>',
  '</div>',
  '<br/>',
  '<table>',
  '</table>',
  '<',
  '>',
  '&amp;',
  '&nbsp;',
  '&#8212;',
  '&#xD800;',
  '&',
  ';',
  '__TOC__',
  '_',
  '-{',
  '}-',
  '-{zh-hans:a;zh-hant:b}-',
  'File:A.jpg',
  'Category:',
  ':',
  '#',
  'fr:',
  '{{!}}',
  '{{lang|fr|',
  '{{nowrap|',
  '{{convert|5|km}}',
  '{{quote|',
  '[http://x.org ',
  'http://x',
  '//',
  'a',
  'word',
  ' ',
  '  ',
  'É',
  '日本',
  'العربية',
  '😀',
  'e\u0301',
  '\u200f',
  '\u00a0',
  '.',
  ',',
  '(',
  ')',
  '----',
  '%20',
  '1',
  '=',
  '$1',
];
const wikitext = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...MARKUP) },
      fc.string({ maxLength: 5, unit: 'binary' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
const code = fc.constantFrom('en', 'zh', 'ar', 'ja', 'fr', 'xx');

describe('wikitext', () => {
  test(
    'renders to trimmed lines with links inside them, in order',
    () => {
      fc.assert(
        fc.property(wikitext, code, (text, language) => {
          for (const block of renderBlocks(text, language)) {
            expect(block.text).toBe(block.text.trim());
            expect(block.text).not.toMatch(/[\t\n\u00a0]| {2}/);
            let end = 0;
            for (const { charStart, charEnd, target } of block.links) {
              expect(charStart).toBeGreaterThanOrEqual(end);
              expect(charEnd).toBeGreaterThan(charStart);
              expect(charEnd).toBeLessThanOrEqual(block.text.length);
              expect(target).not.toBe('');
              expect(block.text.slice(charStart, charEnd)).toBe(
                block.text.slice(charStart, charEnd).trim(),
              );
              end = charEnd;
            }
          }
        }),
        { numRuns },
      );
    },
    TIMEOUT,
  );

  test(
    'gives passages that keep the rules, and their lines as JSON makes them',
    () => {
      const lines = new LineBuffer();
      fc.assert(
        fc.property(fc.array(wikitext, { maxLength: 8 }), code, (parts, language) => {
          const text = parts.join(' some words between ');
          const rules = {
            ...DEFAULT_RULES,
            minWords: 5,
            maxWords: 12,
            minAnchors: 1,
            maxAnchorWords: 3,
          };
          for (const cut of cutPage(renderPage(text, language), rules).cuts) {
            const words = toWords(cut.words);
            expect(words.length).toBeGreaterThanOrEqual(5);
            expect(words.length).toBeLessThanOrEqual(12);
            expect(cut.anchors.length).toBeGreaterThanOrEqual(1);
            for (const { start, end } of cut.anchors) {
              expect(start).toBeGreaterThanOrEqual(0);
              expect(end - start).toBeGreaterThanOrEqual(1);
              expect(end - start).toBeLessThanOrEqual(3);
              expect(end).toBeLessThanOrEqual(words.length);
            }
            let last = 0;
            for (const { charStart, charEnd } of words) {
              expect(charStart).toBeGreaterThanOrEqual(last);
              expect(charEnd).toBeGreaterThan(charStart);
              last = charEnd;
            }
            expect(last).toBeLessThanOrEqual(cut.text.length);
            expect(String(cut.text)).not.toMatch(/\[\[|\]\]|\{\{|\}\}/);
            const draft = { language, pageId: 1, title: text, ...cut };
            lines.add(draft);
            expect(Buffer.from(lines.take()).toString()).toBe(toJsonLine(toPassage(draft)));
          }
        }),
        { numRuns },
      );
    },
    TIMEOUT,
  );

  test(
    'words cover what shows, once',
    () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
          let end = 0;
          for (const { charStart, charEnd } of splitWords(text)) {
            expect(charStart).toBeGreaterThanOrEqual(end);
            expect(charEnd).toBeGreaterThan(charStart);
            expect(text.slice(end, charStart)).not.toMatch(/[\p{L}\p{N}\p{P}]/u);
            end = charEnd;
          }
        }),
        { numRuns },
      );
    },
    TIMEOUT,
  );
});

test(
  'damaged XML never throws but for what is no dump, and gives passages that keep the rules',
  async () => {
    const whole = Buffer.from(
      dump(...manyPages(6), page(7, '&lt;ref&gt;a&lt;/ref&gt; The [[b]] c d.')),
    );
    const edit = fc.record({
      at: fc.nat(whole.length),
      drop: fc.nat(40),
      put: fc.oneof(
        fc.constantFrom('<page>', '</page>', '<text>', '</text>', '<', '&', '\0'),
        fc.string({ maxLength: 8 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        async (edits, size) => {
          let bytes = whole.subarray(HEADER.length);
          for (const { at, drop, put } of edits) {
            bytes = Buffer.concat([
              bytes.subarray(0, at),
              Buffer.from(put),
              bytes.subarray(at + drop),
            ]);
          }
          const pieces = async function* () {
            yield Buffer.from(HEADER);
            for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
          };
          for (const { text, words, anchors } of await all(extractPassages(pieces(), SMALL))) {
            expect(words.length).toBeLessThanOrEqual(SMALL.maxWords);
            expect(words.at(-1)?.charEnd).toBeLessThanOrEqual(text.length);
            for (const { end } of anchors) expect(end).toBeLessThanOrEqual(words.length);
          }
        },
      ),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  },
  TIMEOUT,
);

describe('time grows with the size, whatever is left open', () => {
  const repeated = [
    ...MARKUP,
    '[[a|',
    '{{a|',
    '[[File:a|',
    '{|\n',
    '<b ',
    '[http://a [[x]] ',
    '({{x}}',
    '[[a]]b ',
    "''a'''b",
    '-{a|',
    '{{nowrap|',
    '<ref name=',
    '[[a|[http://b ',
    '{{lang|a|',
    '[[a:',
    '<ref',
    '[[a<!--b-->',
    '====\n',
  ];
  const rules = resolveRules({ minWords: 5, minAnchors: 1 });
  // Chinese has all the markup that others have, and variants.
  const language = 'zh';
  const cost = (text: string): number => {
    const before = process.cpuUsage();
    cutPage(renderPage(text, language), rules);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // Of quadratic time 16 times the text would take 256 times as long.
  test.each(repeated)('%j', (part) => {
    for (const [open, close] of [
      [part, ''],
      [part, ']'],
      [part, '}}'],
      [part, ']]'],
    ]) {
      const build = (size: number): string => {
        const count = Math.floor(size / part.length / 2);
        return `${(open as string).repeat(count)}word${(close as string).repeat(close === ']' ? 1 : count)}`;
      };
      const small = Math.max(2000, Math.min(cost(build(1 << 13)), cost(build(1 << 13))));
      expect(cost(build(1 << 17)) / small).toBeLessThan(100);
    }
  });

  // Of quadratic time ten times the text would take a hundred times as long.
  test.skipIf(!process.env.CALIBRE_FUZZ).each(repeated)(
    'up to 10 MB: %j',
    (part) => {
      for (const close of ['', ']]']) {
        const build = (size: number): string => {
          const count = Math.floor(size / (part.length + close.length));
          return `${part.repeat(count)}word${close.repeat(count)}`;
        };
        expect(cost(build(10_000_000)) / cost(build(1_000_000))).toBeLessThan(40);
      }
    },
    TIMEOUT,
  );
});
