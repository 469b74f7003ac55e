/** Text that arrives whole or in pieces → lines. Shared by the readers of this folder. */

/** A text, its pieces, or its UTF-8 bytes in pieces: what `fs.createReadStream` and `fetch` bodies give. */
export type TextSource =
  | string
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>;

/**
 * Lines with their ends (`\n`, `\r\n`, or none at the end of the text); joined they are the text again, byte order mark included.
 * @throws TypeError for bytes that are not UTF-8
 */
export async function* linesOf(source: TextSource): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  let lines = 0;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (error) {
      throw new TypeError(
        `lines: text must be UTF-8, got other bytes after line ${lines}; convert the file`,
        { cause: error },
      );
    }
  };
  for await (const piece of typeof source === 'string' ? [source] : source) {
    const text = rest + (typeof piece === 'string' ? piece : decode(piece));
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (!end) continue;
    const whole = splitLines(text.slice(0, end));
    lines += whole.length;
    yield whole;
  }
  rest += decode();
  if (rest) yield [rest];
}

/** The lines of a whole text, with their ends. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

export function withoutEnd(line: string): string {
  if (!line.endsWith('\n')) return line;
  return line.slice(0, line.endsWith('\r\n') ? -2 : -1);
}
