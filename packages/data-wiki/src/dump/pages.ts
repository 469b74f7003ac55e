/** Dump bytes → pages. Works on bytes and decodes only what a kept page needs. */

import type { Wikitext } from '../wikitext/wikitext.js';
import { decodeText, unescapeXml } from './text.js';

/** A page of the dump; its text is decoded when asked for. */
export interface Page {
  readonly id: number;
  readonly title: string;
  readonly namespace: number;
  readonly isRedirect: boolean;
  /** Content model (`wikitext` where the dump says none). */
  readonly model: string;
  /** Time of the newest revision in the dump, as written (ISO 8601); empty where there is none. */
  readonly timestamp: string;
  /** Bytes of the text in the dump. */
  readonly byteLength: number;
  /** Puts the text into `wikitext`, in place of what it held. */
  readonly readText: (wikitext: Wikitext) => void;
}

const PAGE = Buffer.from('<page>');
const PAGE_END = Buffer.from('</page>');
/** Many times what MediaWiki lets a page hold (2 MiB of text); an unclosed one must not fill the memory. */
const MAX_PAGE_BYTES = 1 << 25;
const MAX_HEADER_BYTES = 1 << 20;

/** A page's bytes, which last until the next are asked for, and where they start among all bytes given to the cutter. */
export interface PageBytes {
  readonly bytes: Buffer;
  readonly start: number;
}

/** Cuts bytes that come in chunks into pages, each from `<page>` to `</page>`. */
export class PageCutter {
  /** What comes before the first page, at most `MAX_HEADER_BYTES` of it. */
  header = '';
  /** Pages begun and not ended: cut off by a gap, the end, or their length. */
  cut = 0;
  private rest: Buffer = Buffer.alloc(0);
  private restStart = 0;
  private hasPage = false;
  /** Where what remains is put together with the next chunk; may be that of a cutter no longer used. */
  room: Buffer = Buffer.alloc(0);

  /** The pages that are whole with this chunk, which need not last longer than they are asked for. */
  *push(chunk: Buffer): Generator<PageBytes> {
    const isJoined = this.rest.length > 0;
    const bytes = isJoined ? this.joined(chunk) : chunk;
    const base = this.restStart;
    let searched = isJoined ? Math.max(0, this.rest.length - PAGE_END.length) : 0;
    let at = 0;
    for (;;) {
      const start = bytes.indexOf(PAGE, at);
      // What remains without a page is kept as far as it may be the beginning of a page's tag.
      const kept = start < 0 ? Math.max(at, bytes.length - partAtEnd(bytes, PAGE)) : start;
      if (!this.hasPage && this.header.length < MAX_HEADER_BYTES)
        this.header += bytes.toString('utf8', at, kept);
      at = kept;
      if (start < 0) break;
      this.hasPage = true;
      const end = bytes.indexOf(PAGE_END, Math.max(start, searched));
      if (end < 0) break;
      at = end + PAGE_END.length;
      searched = 0;
      this.rest = bytes.subarray(at);
      this.restStart = base + at;
      yield { bytes: bytes.subarray(start, at), start: base + start };
    }
    this.rest = this.kept(bytes.subarray(at));
    this.restStart = base + at;
    if (this.rest.length > MAX_PAGE_BYTES) this.gap();
  }

  private joined(chunk: Buffer): Buffer {
    const { rest } = this;
    const length = rest.length + chunk.length;
    this.rest = this.kept(rest, length);
    chunk.copy(this.room, rest.length);
    return this.room.subarray(0, length);
  }

  /** The bytes at the beginning of the room, which holds at least so many. */
  private kept(bytes: Buffer, least = bytes.length): Buffer {
    if (least > this.room.length) this.room = Buffer.allocUnsafeSlow(2 * least);
    const { room } = this;
    if (bytes.buffer !== room.buffer || bytes.byteOffset !== room.byteOffset) bytes.copy(room);
    return room.subarray(0, bytes.length);
  }

  /** Where a page that has begun and not ended starts; its tag may still be incomplete. */
  get openStart(): number | undefined {
    return this.rest.length > 0 ? this.restStart : undefined;
  }

  /** Bytes given so far. */
  get position(): number {
    return this.restStart + this.rest.length;
  }

  /** Bytes are missing here, or nothing follows: a page begun before is lost. */
  gap(): void {
    if (this.rest.length >= PAGE.length) this.cut++;
    this.restStart += this.rest.length;
    this.rest = Buffer.alloc(0);
    this.hasPage = true;
  }
}

/** How many bytes at the end are a beginning of the tag. */
function partAtEnd(bytes: Buffer, tag: Buffer): number {
  for (let length = Math.min(tag.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(tag.subarray(0, length))) return length;
  }
  return 0;
}

const TAGS = {
  revision: Buffer.from('<revision>'),
  text: Buffer.from('<text'),
  textEnd: Buffer.from('</text>'),
  redirect: Buffer.from('<redirect'),
};

const NOTHING = Buffer.alloc(0);

/** Reads a page's head from the bytes between its tags; schemas 0.3 to 0.11, of several revisions the last. */
export function readPage(bytes: Buffer): Page {
  const revision = bytes.lastIndexOf(TAGS.revision);
  const head = bytes.subarray(0, revision < 0 ? bytes.length : revision);
  const textTag = revision < 0 ? -1 : bytes.indexOf(TAGS.text, revision);
  const open = textTag < 0 ? -1 : bytes.indexOf(0x3e, textTag);
  const isEmpty = open < 0 || bytes[open - 1] === 0x2f;
  const textStart = open + 1;
  const found = isEmpty ? -1 : bytes.lastIndexOf(TAGS.textEnd);
  const textEnd = Math.max(found, textStart);
  const namespace = element(head, 'ns');
  const tail =
    isEmpty || found < 0 ? bytes.subarray(Math.max(revision, 0)) : bytes.subarray(textEnd);
  const body = bytes.subarray(Math.max(revision, 0), textTag < 0 ? bytes.length : textTag);
  return {
    id: Number(element(head, 'id')),
    title: element(head, 'title') ?? '',
    namespace: namespace === undefined ? Number.NaN : Number(namespace),
    isRedirect: head.includes(TAGS.redirect) || body.includes(TAGS.redirect),
    model: element(body, 'model') ?? element(tail, 'model') ?? 'wikitext',
    timestamp: element(body, 'timestamp') ?? '',
    byteLength: textEnd - textStart,
    readText: (wikitext) =>
      decodeText(isEmpty ? NOTHING : bytes.subarray(textStart, textEnd), wikitext),
  };
}

/** Text of the first element of this name, or undefined. */
function element(bytes: Buffer, name: string): string | undefined {
  const open = `<${name}>`;
  const start = bytes.indexOf(open, 0, 'latin1');
  if (start < 0) return undefined;
  const end = bytes.indexOf('<', start + open.length, 'latin1');
  return unescapeXml(bytes.toString('utf8', start + open.length, end < 0 ? bytes.length : end));
}
