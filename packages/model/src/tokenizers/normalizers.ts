import type { AlignedText } from './aligned-text.js';
import {
  bertIdeographs,
  bertRemoved,
  type CodePointSet,
  nonspacingMarks,
  whitespace,
} from './code-points.js';
import { PrecompiledMap } from './precompiled-map.js';
import { type Component, componentsOf, lookUp, setting } from './specification.js';
import { normalizeUnicode } from './unicode-normalization.js';

/** Rewrites text before it is split into words. */
export type Normalizer = (text: AlignedText) => AlignedText;

const has = (set: CodePointSet) => (char: string) => set(char.codePointAt(0) as number);
const isWhitespace = has(whitespace);
const isRemoved = has(bertRemoved);
const isIdeograph = has(bertIdeographs);
const isNonspacingMark = has(nonspacingMarks);

// One entry per `type` of tokenizer.json's `normalizer`.
const normalizers: Readonly<Record<string, (component: Component) => Normalizer>> = {
  BertNormalizer: (component) => {
    const isOn = (name: string, ifAbsent: boolean) =>
      setting(component, name, { kind: 'boolean', ifAbsent });
    const lowercase = isOn('lowercase', true);
    const steps: Normalizer[] = [];
    if (isOn('clean_text', true)) {
      steps.push((text) =>
        text.filter((char) => !isRemoved(char)).map((char) => (isWhitespace(char) ? ' ' : char)),
      );
    }
    if (isOn('handle_chinese_chars', true)) {
      steps.push((text) => text.map((char) => (isIdeograph(char) ? ` ${char} ` : char)));
    }
    if (isOn('strip_accents', lowercase)) {
      steps.push((text) => normalizeUnicode(text, 'NFD').filter((char) => !isNonspacingMark(char)));
    }
    if (lowercase) steps.push(toLowerCase);
    return sequence(steps);
  },
  Lowercase: () => toLowerCase,
  NFC: () => (text) => normalizeUnicode(text, 'NFC'),
  NFD: () => (text) => normalizeUnicode(text, 'NFD'),
  NFKC: () => (text) => normalizeUnicode(text, 'NFKC'),
  NFKD: () => (text) => normalizeUnicode(text, 'NFKD'),
  Precompiled: (component) => {
    const map = new PrecompiledMap(setting(component, 'precompiled_charsmap', { kind: 'text' }));
    return (text) => map.normalize(text);
  },
  Sequence: (component) => sequence(componentsOf(component, 'normalizers').map(createNormalizer)),
};

/**
 * The normaliser that tokenizer.json's `normalizer` describes; none for null.
 *
 * @throws for a kind that is not in the table
 */
export function createNormalizer(component: Component | null): Normalizer {
  if (component === null) return (text) => text;
  return lookUp(normalizers, component, 'normalizer')(component);
}

function sequence(steps: readonly Normalizer[]): Normalizer {
  return (text) => steps.reduce((current, step) => step(current), text);
}

// Character by character, so that a final sigma is not special, as in the Rust library.
function toLowerCase(text: AlignedText): AlignedText {
  return text.map((char) => char.toLowerCase());
}
