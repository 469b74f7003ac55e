/** Tag schemes as tables: which pair of neighbouring tags starts, continues or ends a span. Reads no tags itself. */

export const SCHEMES = ['iob1', 'iob2', 'ioe1', 'ioe2', 'iobes', 'bilou'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** How a reading that is not strict breaks spans; the three differ only on S-, E-, U- and L-. */
export type Dialect = 'seqeval' | 'conlleval' | 'conlleval.py';

/** [prefixes of the previous tag, prefixes of this tag, when their labels are the same, different or either]. */
type Pattern = readonly [
  previous: string,
  current: string,
  labels: 'same' | 'different' | 'either',
];

interface Patterns {
  readonly start: readonly Pattern[];
  /** Continues an open span. Empty: whatever neither starts nor ends one continues it. */
  readonly inside: readonly Pattern[];
  readonly end: readonly Pattern[];
}

export const PREFIXES = 'OIBESUL.?'; // '?' stands for any other prefix
const ANY = PREFIXES;
const ENTITY = 'IBESUL?';

// seqeval 1.2.2 scheme.py, mode="strict"
const STRICT: Record<Scheme, Patterns> = {
  iob1: {
    start: [
      ['OB', 'I', 'either'],
      ['I', 'I', 'different'],
      ['IB', 'B', 'same'],
    ],
    inside: [['BI', 'I', 'same']],
    end: [
      ['IB', 'I', 'different'],
      ['IB', 'O', 'either'],
      ['I', 'B', 'either'],
      ['B', 'B', 'same'],
    ],
  },
  iob2: {
    start: [[ANY, 'B', 'either']],
    inside: [['BI', 'I', 'same']],
    end: [
      ['BI', 'OB', 'either'],
      ['BI', 'I', 'different'],
    ],
  },
  ioe1: {
    start: [
      ['OE', 'I', 'either'],
      ['I', 'I', 'different'],
      ['E', 'E', 'same'],
    ],
    inside: [['I', 'IE', 'same']],
    end: [
      ['I', 'IE', 'different'],
      ['I', 'O', 'either'],
      ['E', 'IE', 'same'],
    ],
  },
  ioe2: {
    start: [
      ['OE', 'IE', 'either'],
      ['I', 'IE', 'different'],
    ],
    inside: [['I', 'IE', 'same']],
    end: [['E', ANY, 'either']],
  },
  iobes: {
    start: [[ANY, 'BS', 'either']],
    inside: [['BI', 'IE', 'same']],
    end: [['SE', ANY, 'either']],
  },
  bilou: {
    start: [[ANY, 'BU', 'either']],
    inside: [['BI', 'IL', 'same']],
    end: [['UL', ANY, 'either']],
  },
};

const LENIENT: Record<Dialect, Patterns> = {
  // seqeval 1.2.2 get_entities, the default mode
  seqeval: {
    start: [
      [ANY, 'BS', 'either'],
      ['OES', 'IE', 'either'],
      [ANY, ENTITY, 'different'],
    ],
    inside: [],
    end: [
      ['ES', ANY, 'either'],
      ['BI', 'BSO', 'either'],
      [ENTITY, ANY, 'different'],
    ],
  },
  // conlleval.pl 2004-01-26: knows no S-, and B- after E- of one label goes on
  conlleval: {
    start: [
      ['OBI', 'B', 'either'],
      ['OE', 'IE', 'either'],
      [ANY, ENTITY, 'different'],
    ],
    inside: [],
    end: [
      ['BI', 'BO', 'either'],
      ['E', 'IEO', 'either'],
      [ENTITY, ANY, 'different'],
    ],
  },
  // sighsmile/conlleval conlleval.py
  'conlleval.py': {
    start: [
      ['O', ENTITY, 'either'],
      [ENTITY, 'BS', 'either'],
      ['ES', ENTITY, 'either'],
      [ENTITY, ENTITY, 'different'],
    ],
    inside: [],
    end: [
      [ENTITY, 'OBS', 'either'],
      ['ES', ENTITY, 'either'],
      [ENTITY, ENTITY, 'different'],
    ],
  },
};

/** Bits of a cell, for equal labels; shifted left by one for different labels. */
export const START = 1;
export const INSIDE = 4;
export const END = 16;

/** A scheme ready to run: cell `previous * PREFIXES.length + current` holds START, INSIDE and END bits. */
export interface Rules {
  readonly cells: Uint8Array;
  /** The prefixes the scheme allows; others are an error. Undefined: all are read. */
  readonly allowed?: string;
  /** False: the start of a span outlives its end, so a stray tag can end it again, as it does in the peers' default modes. */
  readonly closes: boolean;
  /** Start of a span that ends before any tag started one: seqeval's default mode says word 0. −1: there is no such span. */
  readonly unstarted: number;
}

const LABELS = { same: 1, different: 2, either: 3 } as const;

function compile(patterns: Patterns): Uint8Array {
  const cells = new Uint8Array(PREFIXES.length ** 2);
  for (const [kind, bit] of [
    ['start', START],
    ['inside', INSIDE],
    ['end', END],
  ] as const)
    for (const [previous, current, labels] of patterns[kind])
      for (const p of previous)
        for (const c of current)
          cells[PREFIXES.indexOf(p) * PREFIXES.length + PREFIXES.indexOf(c)]! |=
            bit * LABELS[labels];
  return cells;
}

const ALLOWED: Record<Scheme, string> = {
  iob1: 'IOB',
  iob2: 'IOB',
  ioe1: 'IOE',
  ioe2: 'IOE',
  iobes: 'IOBES',
  bilou: 'BILOU',
};

const compiled = new Map<Scheme | Dialect, Rules>();

/** The rules of a strict reading in a scheme, or of a dialect's reading that is not. */
export function rulesOf(reading: Scheme | Dialect): Rules {
  const known = compiled.get(reading);
  if (known) return known;
  const rules =
    reading in STRICT
      ? {
          cells: compile(STRICT[reading as Scheme]),
          allowed: ALLOWED[reading as Scheme],
          closes: true,
          unstarted: -1,
        }
      : {
          cells: compile(LENIENT[reading as Dialect]),
          closes: false,
          unstarted: reading === 'seqeval' ? 0 : -1,
        };
  compiled.set(reading, rules);
  return rules;
}

// What each scheme may use beside O; a corpus is taken for the first that holds all of its prefixes.
const DETECTABLE = { iob2: 'IB', ioe2: 'IE', iobes: 'IBES', bilou: 'IBLU' } as const;

/**
 * The scheme a corpus is written in, from the prefixes it uses: B- and I- only is iob2, E- and I- ioe2, further S- or both
 * B- and E- iobes, L- or U- bilou. IOB1 and IOE1 look the same and are never answered. Source: seqeval 1.2.2 `auto_detect`,
 * which also refuses some that can be only one scheme (S- and O alone).
 * @param sentences tags of each sentence
 * @returns null where the prefixes fit none, or there are only I- and O
 */
export function detectScheme(sentences: Iterable<readonly string[]>): Scheme | null {
  return schemeOf(distinct(sentences));
}

export function distinct(sentences: Iterable<readonly string[]>): Set<string> {
  const tags = new Set<string>();
  for (const sentence of sentences) for (const tag of sentence) tags.add(tag);
  return tags;
}

export function schemeOf(tags: Iterable<string>): Scheme | null {
  const prefixes = new Set([...tags].map((tag) => tag[0] ?? '?'));
  prefixes.delete('O');
  if (prefixes.size === 0 || (prefixes.size === 1 && prefixes.has('I'))) return null;
  for (const [scheme, allowed] of Object.entries(DETECTABLE))
    if ([...prefixes].every((prefix) => allowed.includes(prefix))) return scheme as Scheme;
  return null;
}
