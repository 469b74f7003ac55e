/** Passages: plain text with its words and its link anchors, the unit that every later stage reads. */
import type { WordOffsets } from '@calibre/metrics';
import type { UnitRange } from './units.js';
import { toWords, type WordRange } from './words.js';

/** A link's surface text: half-open [start, end) in words of the passage, and the page it leads to as written. */
export interface Anchor {
  readonly start: number;
  readonly end: number;
  readonly target: string;
}

/** Plain text of 50–250 words with its link anchors (paper 3.2.1). Paragraphs are separated by one newline. */
export interface Passage {
  readonly language: string;
  readonly pageId: number;
  readonly title: string;
  readonly text: string;
  readonly words: readonly WordOffsets[];
  readonly anchors: readonly Anchor[];
}

/** What a reader sees of the anchor: `text` from its first word's start to its last word's end. */
export function anchorText({ text, words }: Passage, { start, end }: Anchor): string {
  return text.slice(words[start]?.charStart, words[end - 1]?.charEnd);
}

/** A passage as labelled words, the form that garbling and training take; spans are half-open, in words. */
export interface LabelledWords {
  readonly words: readonly string[];
  readonly spans: readonly {
    readonly start: number;
    readonly end: number;
    readonly label: string;
  }[];
}

/** The passage's words, and its anchors as spans that all carry `label` (a boundary has no type). */
export function toLabelledWords(
  { text, words, anchors }: Passage,
  { label = 'PHRASE' }: { label?: string } = {},
): LabelledWords {
  return {
    words: words.map(({ charStart, charEnd }) => text.slice(charStart, charEnd)),
    spans: anchors.map(({ start, end }) => ({ start, end, label })),
  };
}

/** A passage while its page is read; its text and words last until the next page is. */
export interface Draft extends Omit<Passage, 'text' | 'words'> {
  readonly text: UnitRange;
  readonly words: WordRange;
}

/** The draft as a passage of its own. */
export function toPassage({ language, pageId, title, text, words, anchors }: Draft): Passage {
  return { language, pageId, title, text: text.toString(), words: toWords(words), anchors };
}
