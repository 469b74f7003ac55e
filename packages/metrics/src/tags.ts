/** Tags ↔ spans: one state machine over the tables of `schemes.ts`. Scores nothing. */
import {
  type Dialect,
  distinct,
  END,
  INSIDE,
  PREFIXES,
  type Rules,
  rulesOf,
  SCHEMES,
  type Scheme,
  START,
  schemeOf,
} from './schemes.js';
import { checkSpan, compareSpans, describeSpan, type Span } from './span.js';

export interface TagOptions {
  /**
   * The scheme of the tags. A strict reading follows it to the letter. A reading that is not strict needs none: `auto` (the
   * default) reads as seqeval's default mode does; naming `bilou` makes it know U- and L-, which seqeval's default does not.
   */
  readonly scheme?: Scheme | 'auto';
  /**
   * True: seqeval's `mode="strict"`, and a tag outside the scheme is an error. Default false: conlleval's and seqeval's default.
   * In seqeval's strict `ioe1` an E- after O opens nothing, so read IOE1 files without.
   */
  readonly strict?: boolean;
  /** Whose reading when not strict. Default `seqeval`; they differ only on S-, E-, U- and L-. */
  readonly dialect?: Dialect;
}

/** Numbers for strings, in order of appearance. */
class Vocabulary {
  readonly names: string[] = [];
  readonly #ids = new Map<string, number>();
  id(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/** Knows each distinct tag once: its prefix and label as numbers. */
export class TagReader {
  readonly rules: Rules;
  readonly labels = new Vocabulary();
  readonly prefixOf: number[] = [];
  readonly labelOf: number[] = [];
  /** 1 for a tag that seqeval warns of: neither O nor B-, I-, E-, S-. */
  readonly oddOf: number[] = [];
  readonly outside: number;
  readonly #tags = new Map<string, number>();
  readonly #options: { scheme: Scheme | 'auto'; strict: boolean; dialect: Dialect };

  constructor({ scheme = 'auto', strict = false, dialect = 'seqeval' }: TagOptions) {
    if (scheme !== 'auto' && !SCHEMES.includes(scheme))
      throw new RangeError(`tags: a scheme is one of ${SCHEMES.join(', ')} or auto, got ${scheme}`);
    if (strict && scheme === 'auto')
      throw new RangeError(
        'tags: a strict reading needs its scheme, got auto; name one, or ask detectScheme(sentences)',
      );
    this.#options = { scheme, strict, dialect };
    this.rules = rulesOf(strict ? (scheme as Scheme) : dialect);
    this.outside = this.id('O', 0, 0);
  }

  /** The scheme that the tags seen so far point at. */
  get detected(): Scheme | null {
    return schemeOf(this.#tags.keys());
  }

  /** Distinct tags seen so far. */
  get size(): number {
    return this.#tags.size;
  }

  /** Sentence and word (from 0) go into the message should the tag not fit a strict scheme. */
  id(tag: string, sentence: number, word: number): number {
    return this.#tags.get(tag) ?? this.#learn(tag, sentence, word);
  }

  #learn(tag: string, sentence: number, word: number): number {
    const { scheme, strict, dialect } = this.#options;
    const [prefix, label] = strict
      ? this.#splitStrictly(tag, `sentence ${sentence}, word ${word}`)
      : dialect === 'seqeval'
        ? splitAsSeqeval(tag)
        : splitAsConlleval(tag, dialect);
    const known = scheme === 'bilou' && !strict ? ({ U: 'S', L: 'E' }[prefix] ?? prefix) : prefix;
    const code = known.length === 1 ? PREFIXES.indexOf(known) : -1;
    this.prefixOf.push(code < 0 ? PREFIXES.length - 1 : code);
    this.labelOf.push(this.labels.id(label));
    this.oddOf.push(/^([OBIES]$|[BIES]-)/.test(tag) ? 0 : 1);
    this.#tags.set(tag, this.#tags.size);
    return this.#tags.size - 1;
  }

  // seqeval scheme.py: the label loses all dashes at its ends
  #splitStrictly(tag: string, place: string): [string, string] {
    const allowed = this.rules.allowed ?? '';
    const prefix = tag[0] ?? '';
    if (!prefix || !allowed.includes(prefix) || (tag.length > 1 && tag[1] !== '-'))
      throw new RangeError(
        `tags: ${place}: ${this.#options.scheme} knows ${[...allowed].join(', ')} before the dash, got ${JSON.stringify(tag)}; ` +
          'name the scheme of the file, or read it without strict',
      );
    return [prefix, tag.slice(1).replace(/^-+|-+$/g, '') || '_'];
  }
}

const afterDash = (text: string): string => text.slice(text.indexOf('-') + 1);

const splitAsSeqeval = (tag: string): [string, string] => [
  tag[0] ?? '',
  afterDash(tag.slice(1)) || '_',
];

function splitAsConlleval(tag: string, dialect: Dialect): [string, string] {
  const dash = tag.indexOf('-');
  if (dash < 0) return [tag, ''];
  const label = afterDash(tag);
  return [tag.slice(0, dash), label === '0' && dialect === 'conlleval' ? '' : label]; // Perl takes "0" for false
}

/** Walks one sentence after another, tag by tag. */
export class ChunkWalker {
  /** First word and label of the span that the last step ended. */
  start = -1;
  label = -1;
  readonly #reader: TagReader;
  #open: number;
  #prefix: number;
  #label: number;

  constructor(reader: TagReader) {
    this.#reader = reader;
    this.#open = reader.rules.unstarted;
    this.#prefix = reader.prefixOf[reader.outside]!;
    this.#label = reader.labelOf[reader.outside]!;
  }

  /** Takes the tag of word `index` (after the last word: the outside tag). True: a span ended before this word. */
  step(tag: number, index: number): boolean {
    const { prefixOf, labelOf, rules } = this.#reader;
    const prefix = prefixOf[tag]!;
    const label = labelOf[tag]!;
    const cell =
      rules.cells[this.#prefix * PREFIXES.length + prefix]! >> (label === this.#label ? 0 : 1);
    let ended = false;
    if (this.#open >= 0 && !(cell & INSIDE)) {
      if (cell & END) {
        ended = true;
        this.start = this.#open;
        this.label = this.#label;
      }
      if (rules.closes) this.#open = -1;
    }
    if (cell & START && !(rules.closes && this.#open >= 0)) this.#open = index;
    this.#prefix = prefix;
    this.#label = label;
    return ended;
  }

  /** Ends the sentence of `length` words. True: a span ended with it. */
  finish(length: number): boolean {
    const ended = this.step(this.#reader.outside, length);
    this.#open = this.#reader.rules.unstarted;
    return ended;
  }
}

/**
 * The spans that a sentence's tags spell, in words, in order.
 * @param tags one per word, such as `B-PER`; a bare `B` has the label `_`
 * @throws RangeError for a tag outside a strict scheme, naming the word
 * @see seqeval 1.2.2 `get_entities` (not strict) and `scheme.Entities` (strict)
 */
export function parseTags(tags: readonly string[], options: TagOptions = {}): Span[] {
  const reader = readerFor(resolveScheme(options, [tags]));
  const walker = new ChunkWalker(reader);
  const spans: Span[] = [];
  const push = (end: number) =>
    spans.push({ start: walker.start, end, label: reader.labels.names[walker.label]! });
  for (let i = 0; i < tags.length; i++) if (walker.step(reader.id(tags[i]!, 0, i), i)) push(i);
  if (walker.finish(tags.length)) push(tags.length);
  return spans;
}

// Kept from sentence to sentence: a corpus has a few dozen tags, and learning them costs more than reading.
const readers = new Map<string, TagReader>();
const MAX_TAGS_KEPT = 10_000;

function readerFor(options: TagOptions): TagReader {
  const key = `${options.scheme} ${options.strict} ${options.dialect}`;
  const kept = readers.get(key);
  if (kept && kept.size < MAX_TAGS_KEPT) return kept;
  const reader = new TagReader(options);
  readers.set(key, reader);
  return reader;
}

/** Names the scheme that a strict reading in `auto` asks for. */
export function resolveScheme(
  options: TagOptions,
  corpus: readonly (readonly string[])[],
): TagOptions {
  if (!options.strict || (options.scheme ?? 'auto') !== 'auto') return options;
  const tags = distinct(corpus);
  const scheme = schemeOf(tags);
  if (!scheme && [...tags].some((tag) => tag !== 'O'))
    throw new RangeError(
      `tags: no scheme that auto can tell holds ${[...tags].slice(0, 5).join(' ')}; name the scheme (iob1 and ioe1 always need it)`,
    );
  return { ...options, scheme: scheme ?? 'iob2' };
}

// The prefix of one word of a span; after, before: another span of its label ends where it starts, starts where it ends.
const WRITTEN: Record<
  Scheme,
  (at: { first: boolean; last: boolean; after: boolean; before: boolean }) => string
> = {
  iob1: ({ first, after }) => (first && after ? 'B' : 'I'),
  iob2: ({ first }) => (first ? 'B' : 'I'),
  ioe1: ({ last, before }) => (last && before ? 'E' : 'I'),
  ioe2: ({ last }) => (last ? 'E' : 'I'),
  iobes: ({ first, last }) => (first ? (last ? 'S' : 'B') : last ? 'E' : 'I'),
  bilou: ({ first, last }) => (first ? (last ? 'U' : 'B') : last ? 'L' : 'I'),
};

/**
 * Writes spans as tags, one per word: the inverse of `parseTags` with the same scheme.
 * @param spans in words, in any order, without overlap, labels not empty
 * @param length words of the sentence
 * @throws RangeError for spans that overlap or leave the sentence
 */
export function formatTags(
  spans: readonly Span[],
  length: number,
  { scheme = 'iob2' }: { scheme?: Scheme } = {},
): string[] {
  const tags = new Array<string>(length).fill('O');
  const sorted = spans.toSorted(compareSpans);
  sorted.forEach((span, i) => {
    const { start, end, label } = span;
    checkSpan(span, { place: () => 'formatTags', length });
    const previous = sorted[i - 1];
    const next = sorted[i + 1];
    if (previous && previous.end > start)
      throw new RangeError(
        `formatTags: tags cannot hold spans that overlap, got ${describeSpan(previous)} and ${describeSpan(span)}; keep one of them`,
      );
    if (!label)
      throw new RangeError(
        `formatTags: a label must not be empty, got ${describeSpan(span)}; give it a name`,
      );
    const after = previous?.end === start && previous.label === label;
    const before = next?.start === end && next.label === label;
    for (let at = start; at < end; at++)
      tags[at] =
        `${WRITTEN[scheme]({ first: at === start, last: at === end - 1, after, before })}-${label}`;
  });
  return tags;
}

/**
 * Rewrites a sentence's tags in another scheme.
 * @throws RangeError for a tag outside `from` where `strict`
 */
export function convertTags(
  tags: readonly string[],
  { from = 'auto', to, strict = false }: { from?: Scheme | 'auto'; to: Scheme; strict?: boolean },
): string[] {
  return formatTags(parseTags(tags, { scheme: from, strict }), tags.length, { scheme: to });
}
