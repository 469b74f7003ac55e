/** What only MediaWiki's own files know of languages whose siteinfo was not at hand. */
import { expect, test } from 'vitest';
import { renderBlocks } from '../../test/rendered.js';
import { languageOf, Namespace } from './languages.js';
import { LANGUAGE_CODES, LANGUAGE_TABLE } from './table.js';

test.each([
  ['br', 'Restr Skeudenn', 'Rummad'],
  ['cv', 'Ӳкерчĕк Изображение', 'Категори'],
  ['cy', 'Delwedd', 'Categori'],
  ['ckb', 'پەڕگە', 'پۆل'],
  ['ka', 'ფაილი სურათი', 'კატეგორია'],
  ['lb', 'Fichier Bild', 'Kategorie'], // Kategorie from German
  ['nds', 'Datei Bild', 'Kategorie'], // all from German
  ['nn', 'Fil Bilde', 'Kategori'], // all from Bokmål
  ['qu', 'Rikcha Imagen', 'Katiguriya'], // Imagen from Spanish
  ['war', 'Paypay Fayl', 'Kaarangay'],
  ['yi', 'טעקע בילד תמונה', 'קאַטעגאָריע'], // תמונה from Hebrew
  ['ab', 'Афаил Файл', 'Акатегориа Категория'],
])('%s: a file is %s, a category %s', (code, files, categories) => {
  const { namespaces } = languageOf(code);
  const idsOf = (names: string) =>
    new Set(names.split(' ').map((name) => namespaces.get(name.toLowerCase().normalize('NFC'))));
  expect(idsOf(`${files} File`)).toEqual(new Set([Namespace.File]));
  expect(idsOf(`${categories} Category`)).toEqual(new Set([Namespace.Category]));
});

test("a language's name stands in place of its fallback's", () => {
  expect(languageOf('lb').namespaces.get('datei')).toBeUndefined(); // German; here Fichier
  expect(languageOf('mg').namespaces.get('rakitra')).toBe(Namespace.Media);
});

test.each([
  ['ka', '[[ქალაქი]]ს', 'ქალაქის'],
  ['lb', '[[Haus]]ß', 'Hausß'], // as in German
  ['nds', '[[Huus]]ü', 'Huusü'],
  ['ga', '[[cat]]aí', 'cata'], // as in English, a to z
  ['ko', '[[서울]]은', '서울'],
  ['ru', '[[город]]ами', 'городами'],
  ['br', "[[mor]]c'h", "morc'h"],
  ['ca', "[[gat]]''s''", 'gat'], // two apostrophes are italics
  ['zh-classical', '[[山]]水', '山'],
  ['xx', '[[ab]]cé', 'abcé'], // unknown to MediaWiki: any letters
])('%s: %s shows as a link %s', (code, wikitext, shown) => {
  const [block] = renderBlocks(wikitext, code);
  expect(
    block?.links.map(({ charStart, charEnd }) => block.text.slice(charStart, charEnd)),
  ).toEqual([shown]);
});

test('some languages draw what stands before a link into it, but never white space', () => {
  const hasPrefix = (code: string) => languageOf(code).prefix !== undefined;
  const codes = ['ar', 'hy', 'is', 'ka', 'uk', 'de', 'he', 'ru'];
  expect(codes.filter(hasPrefix)).toEqual(['ar', 'hy', 'is', 'ka', 'uk']);
  const { prefix } = languageOf('ka');
  expect([...'ა\u00a0\u3000'].map((before) => prefix?.test(before))).toEqual([true, false, false]);
});

test('every trail and prefix is a regular expression that takes no white space', () => {
  const spaces = [...' \n\t\u00a0\u1680\u2003\u2009\u202f\u3000\ufeff'];
  const takesSpace = (code: string) => {
    const { trail, prefix } = languageOf(code);
    return spaces.some((space) => trail?.test(space) || prefix?.test(space));
  };
  expect(Object.keys(LANGUAGE_TABLE).filter(takesSpace)).toEqual([]);
});

test('every Wikipedia is known', () => {
  const isUnknown = (code: string) => languageOf(code).trail?.source.includes('\\p');
  expect(['xx', ...LANGUAGE_CODES].filter(isUnknown)).toEqual(['xx']);
});

test.each([
  ['zh-yue', 'zh_yue', 'yue'],
  ['be-x-old', 'be_x_old', 'be-tarask'],
  ['no', 'no', 'nb'],
  ['als', 'als', 'gsw'],
  ['zh', 'zh-Hant', 'zh-tw'],
])('%s, %s and %s are one language', (code, ...others) => {
  for (const other of others) expect({ ...languageOf(other), code }).toEqual(languageOf(code));
});

test('Simple English is English without the settings of its Wikipedia', () => {
  expect(languageOf('simple').trail).toEqual(languageOf('en').trail);
  expect(languageOf('simple').namespaces.get('wt')).toBeUndefined();
  expect(languageOf('en').namespaces.get('wt')).toBe(5);
});

test('some languages are written from right to left', () => {
  const codes = ['ar', 'ckb', 'dv', 'fa', 'glk', 'yi', 'azb', 'en', 'ku', 'tr', 'xx'];
  const fromRight = codes.filter((code) => languageOf(code).direction === 'rtl');
  expect(fromRight).toEqual(['ar', 'ckb', 'dv', 'fa', 'glk', 'yi', 'azb']);
});

test('variants belong to the language that has them, not to those that fall back on it', () => {
  expect(languageOf('sr').variants).toEqual(['sr', 'sr-ec', 'sr-el']);
  expect(languageOf('wuu').variants).toEqual([]);
});
