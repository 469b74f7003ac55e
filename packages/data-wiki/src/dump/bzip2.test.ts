import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { all, dump, manyPages } from '../../test/dumps.js';
import { type Bzip2Block, bzip2Blocks } from './bzip2.js';

const fixture = (name: string) => readFile(new URL(`../../test/fixtures/${name}`, import.meta.url));

async function* pieces(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

const whole = Buffer.from(dump(...manyPages(1500)));

describe('bzip2Blocks', () => {
  test.each(['single.xml.bz2', 'multi.xml.bz2'])(
    'blocks put together are the file, however it is cut: %s',
    async (name) => {
      const bytes = await fixture(name);
      for (const size of [7, 1000, bytes.length]) {
        const blocks = await all(bzip2Blocks(pieces(bytes, size)));
        expect(blocks.length).toBeGreaterThan(4);
        expect(Buffer.concat(blocks.map(({ data }) => data as Buffer)).equals(whole)).toBe(true);
      }
    },
  );
  test('reading from any byte gives the blocks that begin after it', async () => {
    const bytes = await fixture('single.xml.bz2');
    const blocks = await all(bzip2Blocks(pieces(bytes, 4096)));
    const second = blocks[1]?.offset as number;
    const rest = await all(bzip2Blocks(pieces(bytes.subarray(second), 4096), { base: second }));
    expect(rest.map(({ offset }) => offset)).toEqual(blocks.slice(1).map(({ offset }) => offset));
    expect(
      await all(bzip2Blocks(pieces(bytes.subarray(second + 1), 4096), { base: second + 1 })),
    ).toHaveLength(blocks.length - 2);
  });
  test('the first block at or behind the end comes twice, empty before it is decoded', async () => {
    const bytes = await fixture('multi.xml.bz2');
    const blocks = await all(bzip2Blocks(pieces(bytes, 4096)));
    const end = blocks[2]?.offset as number;
    const bordered = await all(bzip2Blocks(pieces(bytes, 4096), { end }));
    const shape = ({ offset, data }: Bzip2Block) => [offset, data?.length];
    expect(bordered.map(shape)).toEqual([
      ...blocks.slice(0, 2).map(shape),
      [end, 0],
      ...blocks.slice(2).map(shape),
    ]);
  });
  test('a damaged block is told, those around it are read', async () => {
    const bytes = Buffer.from(await fixture('single.xml.bz2'));
    bytes[6000] = (bytes[6000] as number) ^ 0xff;
    const blocks = await all(bzip2Blocks(pieces(bytes, 512)));
    expect(blocks.filter(({ error }) => error !== undefined)).toMatchObject([
      { error: 'damaged bzip2 block' },
    ]);
    expect(blocks.filter(({ data }) => data).length).toBe(blocks.length - 1);
  });
  test('bytes that are no bzip2 have no blocks', async () => {
    expect(await all(bzip2Blocks(pieces(Buffer.from('BZh9 no block in here'), 4)))).toEqual([]);
  });
});
