import type { AlignedText, Change } from './aligned-text.js';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/**
 * SentencePiece's compiled normalisation rules (`precompiled_charsmap`): a double-array trie over UTF-8 from strings to
 * their replacements. The Rust library's reading of it is kept: the shortest rule that fits a whole grapheme cluster
 * below six bytes wins, else each character goes alone.
 *
 * @throws where the bytes are not such a map
 */
export class PrecompiledMap {
  readonly #units: Uint32Array;
  readonly #replacements: Uint8Array;

  constructor(base64: string) {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const size = bytes.length < 4 ? -1 : new DataView(bytes.buffer).getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size + 4 > bytes.length) {
      throw new Error(
        `tokenizer.json: normalizer.precompiled_charsmap must hold a trie inside its ${bytes.length} bytes, got a trie of ${size} bytes; download the file again`,
      );
    }
    this.#units = new Uint32Array(bytes.slice(4, 4 + size).buffer);
    this.#replacements = bytes.subarray(4 + size);
  }

  normalize(text: AlignedText): AlignedText {
    const changes: Change[] = [];
    let skipped = 0;
    const replace = (from: readonly string[], to: string): void => {
      const chars = [...to];
      const grown = chars.length - from.length;
      for (const [at, char] of chars.entries()) changes.push([char, at >= from.length ? 1 : 0]);
      if (grown >= 0) return;
      const last = changes.pop();
      if (last === undefined) skipped -= grown;
      else changes.push([last[0], last[1] + grown]);
    };
    for (const { segment } of graphemes.segment(text.toString())) {
      const chars = [...segment];
      const whole = utf8.encode(segment).length < 6 ? this.#shortest(segment) : undefined;
      if (whole !== undefined) replace(chars, whole);
      else for (const char of chars) replace([char], this.#shortest(char) ?? char);
    }
    return text.transform(changes, skipped);
  }

  /** The replacement for the shortest prefix that has one. */
  #shortest(text: string): string | undefined {
    const units = this.#units;
    let node = offset(units[0] as number);
    for (const byte of utf8.encode(text)) {
      if (byte === 0) return undefined;
      node ^= byte;
      const unit = units[node];
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
      node ^= offset(unit);
      if (unit & 0x100) {
        const start = (units[node] as number) & 0x7fffffff;
        const end = this.#replacements.indexOf(0, start);
        return fromUtf8.decode(this.#replacements.subarray(start, end));
      }
    }
    return undefined;
  }
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
