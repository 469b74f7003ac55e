/** Dump bytes → pages. Works on bytes and decodes only what a kept page needs. */

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
  readonly readText: () => string;
}

const PAGE = Buffer.from('<page>');
const PAGE_END = Buffer.from('</page>');
/** No page of a dump of current revisions comes near this; an unclosed one must not fill the memory. */
const MAX_PAGE_BYTES = 1 << 28;
const MAX_HEADER_BYTES = 1 << 20;

/** A page's bytes, and where they start among all bytes given to the cutter. */
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

  /** The pages that are whole with this chunk. */
  *push(chunk: Buffer): Generator<PageBytes> {
    const isJoined = this.rest.length > 0;
    const bytes = isJoined ? Buffer.concat([this.rest, chunk]) : chunk;
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
    this.rest = bytes.subarray(at);
    this.restStart = base + at;
    if (this.rest.length > MAX_PAGE_BYTES) this.gap();
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
    readText: () =>
      isEmpty ? '' : unescapeXml(withPlainLineEnds(bytes.toString('utf8', textStart, textEnd))),
  };
}

/** Every end of a line is one newline, as XML has it (2.11). */
const withPlainLineEnds = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;

/** Text of the first element of this name, or undefined. */
function element(bytes: Buffer, name: string): string | undefined {
  const open = `<${name}>`;
  const start = bytes.indexOf(open, 0, 'latin1');
  if (start < 0) return undefined;
  const end = bytes.indexOf('<', start + open.length, 'latin1');
  return unescapeXml(bytes.toString('utf8', start + open.length, end < 0 ? bytes.length : end));
}

const XML_ENTITY = /&(?:(lt|gt|quot|amp|apos)|#(\d+)|#x([0-9a-fA-F]+));/y;
const XML_ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  apos: "'",
};

/** The five entities of XML and its character references, decoded once. */
export function unescapeXml(text: string): string {
  let at = text.indexOf('&');
  if (at < 0) return text;
  let decoded = '';
  let from = 0;
  while (at >= 0) {
    // The three that a dump is full of, told by one letter each.
    const letter = text.charCodeAt(at + 1);
    let value: string | undefined;
    let end = at + 4;
    if (letter === 108 && text.startsWith('t;', at + 2)) value = '<';
    else if (letter === 103 && text.startsWith('t;', at + 2)) value = '>';
    else if (letter === 113 && text.startsWith('uot;', at + 2)) {
      value = '"';
      end = at + 6;
    } else {
      XML_ENTITY.lastIndex = at;
      const entity = XML_ENTITY.exec(text);
      value = entity ? referenceValue(entity) : undefined;
      end = XML_ENTITY.lastIndex;
    }
    if (value !== undefined) {
      decoded += text.slice(from, at) + value;
      from = end;
    }
    at = text.indexOf('&', value === undefined ? at + 1 : end);
  }
  return decoded + text.slice(from);
}

function referenceValue([, name, decimal, hex]: RegExpExecArray): string | undefined {
  if (name !== undefined) return XML_ENTITIES[name];
  const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
  return code > 0x10ffff ? undefined : String.fromCodePoint(code);
}
