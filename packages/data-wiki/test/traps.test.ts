/** Wikitext that other extractors get wrong (`../shared` beside the repository). */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderBlocks } from './rendered.js';

const path = new URL('../../../../shared/data/wiki/traps.json', import.meta.url);
const isHere = existsSync(path);
const traps: Readonly<Record<string, string>> = isHere
  ? JSON.parse(readFileSync(path, 'utf8'))
  : {};

/** Text, and the text of each link, by what a reader of the article sees; blocks split by ` ¶ `. */
const EXPECTED: Readonly<Record<string, readonly [shown: string, links: string]>> = {
  trail: ['The buses and Autos run 日月餅的味道.', 'buses + Autos + 月餅'],
  filenest: ['Text dog ran.', 'dog'],
  colon: ['Film 2001 was made before Alien: Covenant and dog.', '2001 + Alien: Covenant + dog'],
  nowiki: ['Use [[not a link]] and real here.', 'real'],
  math: ['Math end after it.', 'after'],
  comment: ['AB vis ok.', 'vis'],
  ref: ['Ref then post text.', 'post'],
  coloncat: ['See category foo and File:X.png plus dog.', 'dog'],
  interwiki: ['In Berlin a house and chien dog.', 'Berlin + house + chien + dog'],
  bold: ["Bold and it and larbre and it's dogs.", 'Bold + it + arbre + dogs'],
  nested: ['x b c d y dog z.', 'c + dog'],
  tpl: ['It is 5 km long, chat and y text tpl end fin.', 'y + text tpl end'],
  variant: ['这是计算机和电脑的历史。', '电脑 + 历史'],
  section: ['See sec and baz and Foo#Bar now.', 'sec + baz + Foo#Bar'],
  ext: ['See ext label and dog end.', 'dog'],
  broken: ['A Foo B foo C Foo] D dog E F.', 'Foo + dog'],
  entity: ['AT&T <b> 5 km A B x — done.', 'A B + x'],
  div: ['text in div more ¶ and sm text after dog.', 'in div + sm + dog'],
  list: [
    'Intro dog line. ¶ item one and two ¶ num three ¶ indent four',
    'dog + one + two + three + four',
  ],
  table: ['Before dog. ¶ After cat text.', 'dog + cat'],
  unclosedtpl: ['Start oops dog and cat. ¶ Second para bird and fish.', 'dog + cat + bird + fish'],
  rtl: ['هذه قطةٌ وكلبان في البيت.', 'قطةٌ + وكلبان + البيت'],
};
const LANGUAGES: Readonly<Record<string, string>> = { variant: 'zh', rtl: 'ar' };

describe.skipIf(!isHere)('traps of ../shared/data/wiki', () => {
  test('all are expected', () => expect(Object.keys(EXPECTED)).toEqual(Object.keys(traps)));
  test.each(Object.entries(EXPECTED))('%s', (name, expected) => {
    const blocks = renderBlocks(traps[name] as string, LANGUAGES[name]);
    const links = blocks.flatMap(({ text, links }) =>
      links.map(({ charStart, charEnd }) => text.slice(charStart, charEnd)),
    );
    expect([blocks.map(({ text }) => text).join(' ¶ '), links.join(' + ')]).toEqual(expected);
  });
});
