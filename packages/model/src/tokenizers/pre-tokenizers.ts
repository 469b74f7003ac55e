import type { AlignedText } from './aligned-text.js';
import { byteLevel } from './byte-level.js';
import { bertPunctuation, whitespace } from './code-points.js';
import { type Component, componentsOf, lookUp, setting } from './specification.js';

/** Splits normalised text into the words that the model sees; drops what lies between them. */
export type PreTokenizer = (text: AlignedText) => readonly AlignedText[];

// One entry per `type` of tokenizer.json's `pre_tokenizer`.
const preTokenizers: Readonly<Record<string, (component: Component) => PreTokenizer>> = {
  ByteLevel: byteLevel,
  BertPreTokenizer: () => (text) => split(text, { gap: whitespace, alone: bertPunctuation }),
  WhitespaceSplit: () => (text) => split(text, { gap: whitespace }),
  Metaspace: metaspace,
  Sequence: (component) => {
    const steps = componentsOf(component, 'pretokenizers').map(createPreTokenizer);
    return (text) =>
      steps.reduce<readonly AlignedText[]>((parts, step) => parts.flatMap(step), [text]);
  },
};

/**
 * The splitter that tokenizer.json's `pre_tokenizer` describes; none for null.
 *
 * @throws for a kind that is not in the table
 */
export function createPreTokenizer(component: Component | null): PreTokenizer {
  if (component === null) return (text) => [text];
  return lookUp(preTokenizers, component, 'pre_tokenizer')(component);
}

/** Whether the splitter never lets a word cross white space, so that text may be cut there beforehand. */
export function splitsAtSpaces(component: Component | null): boolean {
  if (component?.type === 'Sequence')
    return splitsAtSpaces(componentsOf(component, 'pretokenizers')[0] ?? null);
  return component?.type === 'BertPreTokenizer' || component?.type === 'WhitespaceSplit';
}

function split(
  text: AlignedText,
  {
    gap,
    alone = () => false,
  }: { gap: (codePoint: number) => boolean; alone?: (codePoint: number) => boolean },
): AlignedText[] {
  const words: AlignedText[] = [];
  let start = 0;
  const close = (end: number): void => {
    if (end > start) words.push(text.slice(start, end));
  };
  text.chars.forEach((char, at) => {
    const codePoint = char.codePointAt(0) as number;
    if (gap(codePoint)) {
      close(at);
      start = at + 1;
    } else if (alone(codePoint)) {
      close(at);
      words.push(text.slice(at, at + 1));
      start = at + 1;
    }
  });
  close(text.length);
  return words;
}

// SentencePiece's space sign: put before each word, and standing for each space; a new word begins at each sign.
function metaspace(component: Component): PreTokenizer {
  const sign = setting(component, 'replacement', { kind: 'text', ifAbsent: '▁' });
  const prefixed = setting(component, 'add_prefix_space', { kind: 'boolean', ifAbsent: true }); // before version 0.15
  const scheme = setting(component, 'prepend_scheme', {
    kind: 'text',
    ifAbsent: prefixed ? 'always' : 'never',
  });
  const splits = setting(component, 'split', { kind: 'boolean', ifAbsent: true });
  if (scheme !== 'always' && scheme !== 'never') {
    throw new Error(
      `tokenizer.json: pre_tokenizer.prepend_scheme must be "always" or "never", got "${scheme}"; a scheme that treats the first word differently cannot keep words apart`,
    );
  }
  return (text) => {
    let spaced = text.map((char) => (char === ' ' ? sign : char));
    const [first] = spaced.chars;
    if (scheme === 'always' && first !== undefined && first !== sign) {
      spaced = spaced.transform([
        [sign, 0],
        [first, 1],
        ...spaced.chars.slice(1).map((char) => [char, 0] as const),
      ]);
    }
    if (!splits) return [spaced];
    const starts = [...spaced.chars.keys()].filter((at) => at === 0 || spaced.chars[at] === sign);
    return starts.map((start, at) => spaced.slice(start, starts[at + 1] ?? spaced.length));
  };
}
