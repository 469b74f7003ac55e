/** A passage on its way out: made here as a draft, or come from a worker as a line; each form is made when needed. */
import { parseJsonLine } from '../output/json-lines.js';
import { LineBuffer } from '../output/line.js';
import { type Draft, type Passage, toPassage } from '../passage.js';
import { UnitRange } from '../units.js';

export interface Item {
  /** Place in the order by which samples are drawn, in [0, 1). */
  readonly key: number;
  toPassage(): Passage;
  /** JSON line, newline included. */
  toLine(): Uint8Array;
  /** The same item, holding no more memory than its own. */
  detach(): Item;
}

const lines = new LineBuffer();

export class DraftItem implements Item {
  constructor(
    private readonly draft: Draft,
    readonly key: number,
  ) {}

  toPassage(): Passage {
    return toPassage(this.draft);
  }

  toLine(): Uint8Array {
    lines.add(this.draft);
    return lines.take();
  }

  detach(): Item {
    return new LineItem(this.toLine(), this.key);
  }
}

export class LineItem implements Item {
  constructor(
    private readonly line: Uint8Array,
    readonly key: number,
  ) {}

  toPassage(): Passage {
    const { buffer, byteOffset, length } = this.line;
    return parseJsonLine(Buffer.from(buffer, byteOffset, length).toString(), 'worker');
  }

  toLine(): Uint8Array {
    return this.line;
  }

  detach(): Item {
    return new LineItem(this.line.slice(), this.key);
  }
}

/** The item of a passage that was changed. */
export function passageItem({ text, words, ...passage }: Passage, key: number): Item {
  const offsets = words.flatMap(({ charStart, charEnd }) => [charStart, charEnd]);
  return new DraftItem(
    {
      ...passage,
      text: UnitRange.of(text),
      words: { offsets, start: 0, end: words.length, base: 0 },
    },
    key,
  );
}
