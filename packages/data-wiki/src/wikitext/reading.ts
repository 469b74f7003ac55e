/** A page's wikitext while it is rendered: the place that was reached, and the moves that all constructs share. */
import type { Language } from '../languages/languages.js';
import { IntList } from '../units.js';
import { BlockWriter } from './blocks.js';
import { Finder } from './finder.js';
import type { Structures } from './structure.js';
import { StructureFinder } from './structure-finder.js';
import type { Templates } from './templates.js';
import type { Wikitext } from './wikitext.js';

export interface RenderOptions {
  readonly language: Language;
  /** Templates that stand for text, as `templatesOf` gives them. */
  readonly templates: Templates;
  /** Which of `-{code:text;…}-` to show; the first listed where it is not given or not there. */
  readonly variant?: string | undefined;
}

/** Renders [from, to); `isInline` inside a link or an argument, where no line begins. */
export type RenderRange = (from: number, to: number, isInline: boolean) => void;

const MAX_DEPTH = 40; // MediaWiki's limit for templates in templates ($wgMaxTemplateDepth)

export class Reading {
  readonly out = new BlockWriter();
  readonly structures: Structures;
  private readonly finder: StructureFinder;
  readonly hasVariants: boolean;
  text = '';
  /** The text's code units, zeros behind them. */
  units = new Uint16Array(0);
  length = 0;
  /** Places of the marks, and the first of them not before the place being read. */
  private marks = new IntList();
  private mark = 0;
  newline = new Finder('', '\n');
  bracket = new Finder('', ']');
  greater = new Finder('', '>');
  /** Index of the first construct not before the place being read. */
  cursor = 0;
  /** Start of the plain text read but not written yet. */
  plainStart = 0;
  /** Comments passed so far. */
  comments = 0;
  private depth = 0;

  constructor(
    readonly options: RenderOptions,
    readonly render: RenderRange,
  ) {
    this.hasVariants = options.language.variants.length > 0;
    this.finder = new StructureFinder(this.hasVariants);
    this.structures = this.finder.found;
  }

  /** Begins another page. */
  begin(source: Wikitext): void {
    const { text } = source;
    this.text = text;
    this.units = source.values;
    this.length = source.length;
    this.marks = source.marks;
    this.mark = 0;
    this.finder.find(source);
    this.newline = new Finder(text, '\n');
    this.bracket = new Finder(text, ']');
    this.greater = new Finder(text, '>');
    this.out.begin();
    this.cursor = 0;
    this.plainStart = 0;
    this.depth = 0;
  }

  /** Writes the plain text before `end`. */
  flush(end: number): void {
    if (end > this.plainStart) this.out.writeUnits(this.units, this.plainStart, end);
    this.plainStart = end;
  }

  /** Leaves [i, end) out as something that does not show. */
  skip(i: number, end: number): number {
    this.flush(i);
    this.out.drop();
    return end;
  }

  /** The first mark at `i` or behind it. */
  nextMark(i: number): number {
    const { values } = this.marks;
    let mark = this.mark;
    // Arguments of templates may be rendered in another order than they stand in.
    if (mark > 0 && (values[mark - 1] as number) >= i) mark = this.firstMark(i);
    while ((values[mark] as number) < i) mark++;
    this.mark = mark;
    return values[mark] as number;
  }

  private firstMark(i: number): number {
    const { values } = this.marks;
    let [low, high] = [0, this.mark];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle] as number) < i) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the closed construct that starts at `i`, or -1. */
  constructAt(i: number): number {
    const { starts, ends } = this.structures;
    while ((starts[this.cursor] as number) < i) this.cursor++;
    return starts[this.cursor] === i && (ends[this.cursor] as number) >= 0 ? this.cursor : -1;
  }

  endOf(construct: number): number {
    return this.structures.ends[construct] as number;
  }

  /** Past the construct without rendering it. */
  jump(construct: number): number {
    this.cursor = this.structures.nexts[construct] as number;
    return this.endOf(construct);
  }

  drop(i: number, construct: number): number {
    this.flush(i);
    this.out.drop();
    return this.jump(construct);
  }

  lineEnd(i: number, to: number): number {
    const end = this.newline.from(i);
    return end < 0 ? to : Math.min(end, to);
  }

  get isDeep(): boolean {
    return this.depth >= MAX_DEPTH;
  }

  /** Renders what stands inside a construct, unless that is too deep. */
  renderInside(from: number, to: number, isInline = true): void {
    if (this.isDeep) return;
    this.depth++;
    this.render(from, to, isInline);
    this.depth--;
  }
}
