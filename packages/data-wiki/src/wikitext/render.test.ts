import { describe, expect, test } from 'vitest';
import { renderBlocks } from '../../test/rendered.js';

/** Blocks as text, links as `⟨text→target⟩`, blocks split by ` ¶ `. */
function show(text: string, code = 'en', variant?: string): string {
  return renderBlocks(text, code, variant)
    .map((block) => {
      let shown = '';
      let last = 0;
      for (const { charStart, charEnd, target } of block.links) {
        const label = block.text.slice(charStart, charEnd);
        shown += `${block.text.slice(last, charStart)}⟨${label === target ? label : `${label}→${target}`}⟩`;
        last = charEnd;
      }
      return (block.kind === 'item' ? '• ' : '') + shown + block.text.slice(last);
    })
    .join(' ¶ ');
}

describe('links', () => {
  test('a trail of letters belongs to the link', () =>
    expect(show('The [[bus]]es of [[Rome|Roman]]s.')).toBe('The ⟨buses→bus⟩ of ⟨Romans→Rome⟩.'));
  test('a trail is what the language says: none in Japanese but a to z', () =>
    expect(show('[[東京]]の[[駅]]s', 'ja')).toBe('⟨東京⟩の⟨駅s→駅⟩'));
  test('a prefix of letters belongs to the link in Arabic', () =>
    expect(show('هذه [[قطة]]ٌ و[[كلب]]ان', 'ar')).toBe('هذه ⟨قطةٌ→قطة⟩ ⟨وكلبان→كلب⟩'));
  test('the pipe trick hides namespace, brackets and what follows a comma', () => {
    expect(show('[[Mercury (planet)|]] [[Paris, Texas|]]')).toBe(
      '⟨Mercury→Mercury (planet)⟩ ⟨Paris→Paris, Texas⟩',
    );
  });
  test('a title with a colon that names no namespace is an article', () =>
    expect(show('[[2001: A Space Odyssey (film)|2001]] and [[Alien: Covenant]]')).toBe(
      '⟨2001→2001: A Space Odyssey (film)⟩ and ⟨Alien: Covenant⟩',
    ));
  test('categories, pictures and links between languages do not show', () =>
    expect(show('a [[Category:X]][[File:Y.png|thumb|A [[cat]] on a [[mat]]]][[fr:Chien]] b')).toBe(
      'a b',
    ));
  test('with a colon first they show; only articles are anchors', () =>
    expect(
      show('[[:Category:Foo|foo]] [[:fr:Chien|chien]] [[w:de:Berlin|Berlin]] [[User:A|a]]'),
    ).toBe('foo ⟨chien→fr:Chien⟩ ⟨Berlin→w:de:Berlin⟩ a'));
  test('names of namespaces are those of the language', () =>
    expect(show('x [[Datei:A.jpg|mini|B]] [[Kategorie:C]] y', 'de')).toBe('x y'));
  test('a picture in a namespace nobody told us shows by its options', () =>
    expect(show('x [[Berkas-X:A.jpg|jmpl|ka]] y', 'xx')).toBe('x y'));
  test('of a link in a link the inner one counts', () =>
    expect(show('x [[a|b [[c]] d]] y')).toBe('x b ⟨c⟩ d y'));
  test('a bar may come from the template that makes one', () =>
    expect(show('[[x{{!}}y]]')).toBe('⟨y→x⟩'));
  test('a comment in a title does not show', () =>
    expect(show('[[Foo<!--b-->]] [[Foo <!--b-->bar]] [[Foo<!--b-->|c]]')).toBe(
      '⟨Foo⟩ ⟨Foo bar⟩ ⟨c→Foo⟩',
    ));
  test('spaces of any width are one in a title, marks of direction none', () =>
    expect(show('[[a\u3000 b|x]] [[c\u200ed\u202c|y]]')).toBe('⟨x→a b⟩ ⟨y→cd⟩'));
  test('codes in titles are decoded, underscores are spaces', () =>
    expect(show('[[A&nbsp;B]] [[AT%26T|x]] [[New_York]]')).toBe('⟨A B⟩ ⟨x→AT&T⟩ ⟨New York⟩'));
  test('a section stays in the target', () =>
    expect(show('[[Foo#Bar|baz]] [[#Here|here]]')).toBe('⟨baz→Foo#Bar⟩ ⟨here→#Here⟩'));
  test('white space inside the brackets stays outside the anchor', () =>
    expect(show('a [[ b ]] c [[d| e ]] f')).toBe('a ⟨b⟩ c ⟨e→d⟩ f'));
});

describe('what is left open', () => {
  test('brackets never closed vanish, their words stay', () =>
    expect(show('A [[Foo] D [[dog]] E ]] F.')).toBe('A Foo] D ⟨dog⟩ E F.'));
  test('a template never closed does not swallow the page', () =>
    expect(show('Start {{oops [[dog]].\n\nSecond [[bird]].')).toBe(
      'Start oops ⟨dog⟩. ¶ Second ⟨bird⟩.',
    ));
  test('a picture never closed goes with its line', () =>
    expect(show('[[File:A.jpg|thumb|a [[cat]]\nText [[dog]].')).toBe('Text ⟨dog⟩.'));
  test('a link left open inside a template does not keep it open', () =>
    expect(show('{{box|a=[[b}} text [[c]]')).toBe('text ⟨c⟩'));
  test('a table never closed loses its rows only', () =>
    expect(show('A.\n{| class=x\n| cell\n! head\n\nB [[c]].')).toBe('A. ¶ B ⟨c⟩.'));
  test('a comment never closed hides the rest', () => expect(show('a <!-- b [[c]]')).toBe('a'));
  test('a note never closed loses its tag only', () =>
    expect(show('a <ref>b [[c]]')).toBe('a b ⟨c⟩'));
});

describe('what does not show', () => {
  test('notes, formulas, comments', () =>
    expect(
      show(
        'A<ref name="x>y">[[n]]</ref><ref name=z /> b<!-- [[c]] --> <math>a < b [[x]]</math> d.',
      ),
    ).toBe('A b d.'));
  test('templates, and arguments of templates', () =>
    expect(show('a {{b|[[c]]|{{d}}}} {{{1|e}}} f')).toBe('a f'));
  test('tables in tables, with bars in templates', () =>
    expect(show('A.\n{|\n| [[a]] || {{x|\n|}}\n|-\n|\n{|\n| b\n|}\n|}\nB.')).toBe('A. ¶ B.'));
  test('headings and rules', () =>
    expect(show('A.\n== B ==\nC.\n=== D === <!-- e -->\n----\nF.')).toBe('A. ¶ C. ¶ F.'));
  test('galleries and magic words', () =>
    expect(show('__NOTOC__ a <gallery>\nFile:X.jpg|b\n</gallery> c __لصق_فهرس__')).toBe('a c'));
  test('address of an external link, and the link without a label', () =>
    expect(show('[http://x.org label [[in]] it] [http://y.org] end')).toBe('label ⟨in⟩ it end'));
});

describe('what shows', () => {
  test('nowiki literally', () =>
    expect(show("<nowiki>[[a]] ''b''</nowiki> &amp; c")).toBe("[[a]] ''b'' & c"));
  test('entities once decoded', () =>
    expect(show('AT&amp;T &lt;b&gt; 5&nbsp;km &#8212; &amp;lt; &nope; &')).toBe(
      'AT&T <b> 5 km — &lt; &nope; &',
    ));
  test('the content of styling tags', () =>
    expect(show('H<sub>2</sub>O <span style="a">[[b]]</span><br/>c')).toBe('H2O ⟨b⟩ c'));
  test('an unknown tag as it stands', () => expect(show('a <foo> b < c')).toBe('a <foo> b < c'));
  test('block tags end a paragraph', () =>
    expect(show('a<div>b [[c]]</div>d')).toBe('a ¶ b ⟨c⟩ ¶ d'));
  test('lists as lines', () =>
    expect(show('Intro.\n* a [[b]]\n## c\n: d\nOut.')).toBe('Intro. ¶ • a ⟨b⟩ ¶ • c ¶ • d ¶ Out.'));
  test('lines of a paragraph joined, an empty line splits', () =>
    expect(show('a\nb\n\nc<!-- d -->\n<!-- e -->\nf')).toBe('a b ¶ c f'));
  test('templates that stand for text', () =>
    expect(
      show(
        '{{convert|5|km}}, {{lang|fr|chat}}, {{nowrap|a [[b]] c}}, {{nobr|1=x=y}}, {{ formatnum:12 }}',
      ),
    ).toBe('5 km, chat, a ⟨b⟩ c, x=y, 12'));
  test('templates named after what they show, and arguments that are missing', () => {
    expect(show('({{2e}} éd.), {{1er|mai}}, {{XIXe siècle}}, {{3e}}.', 'fr')).toBe(
      '(2e éd.), 1er mai, XIXe siècle, 3e.',
    );
    expect(show('about {{circa}}, {{convert|5}}.')).toBe('about c., 5.');
  });
  test('a variant of the language', () => {
    expect(show('这是-{zh-hans:计算机;zh-hant:電腦}-和[[电脑]]', 'zh')).toBe('这是计算机和⟨电脑⟩');
    expect(show('这是-{zh-hans:计算机;zh-hant:電腦}-', 'zh', 'zh-hant')).toBe('这是電腦');
    expect(show('a-{H|zh-hans:x;zh-hant:y}-b-{R|c}--{d}-', 'zh')).toBe('abcd');
    expect(show('a-{b}-c', 'en')).toBe('a-{b}-c');
  });
});

describe('apostrophes (Parser::doQuotes)', () => {
  test('two, three and five style', () => expect(show("''a'' '''b''' '''''c'''''")).toBe('a b c'));
  test('a bold too many after one letter is an apostrophe', () =>
    expect(show("L'''ami'' est")).toBe("L'ami est"));
  test('balanced bold has no apostrophe', () =>
    expect(show("l'''[[arbre]]''' it's")).toBe("l⟨arbre⟩ it's"));
  test('four are one and three', () => expect(show("''''a''''")).toBe("'a'"));
});

describe('punctuation that belonged to something dropped', () => {
  test('goes with it', () => {
    expect(show('Foo ({{pron}}) is')).toBe('Foo is');
    expect(show('Foo ({{pron}}; born 1900) is')).toBe('Foo (born 1900) is');
    expect(show('Foo (born 1900, {{pron}}) is')).toBe('Foo (born 1900) is');
    expect(show('Foo {{pron}}, is')).toBe('Foo, is');
  });
  test('stays where nothing was dropped', () =>
    expect(show('f() , (a; ) b')).toBe('f() , (a; ) b'));
});
