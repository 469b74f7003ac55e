/** The bert-tiny checkpoint and token-classification batches that PyTorch's trajectories (adamw.json) were recorded with. */
import { readFileSync } from 'node:fs';
import type { TensorData } from '@calibre/graph';
import { type Configuration, type Feeds, readConfiguration } from '@calibre/model';
import golden from './fixtures/adamw.json' with { type: 'json' };

const fixture = (name: string) => new URL(`./fixtures/bert-tiny/${name}`, import.meta.url);

function readTensors(name: string): [string, TensorData][] {
  const bytes = readFileSync(fixture(name));
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return Object.entries(header)
    .filter(([key]) => key !== '__metadata__')
    .map(
      ([
        key,
        {
          shape,
          data_offsets: [start, end],
        },
      ]) => {
        const data = new Float32Array(
          bytes.buffer.slice(
            bytes.byteOffset + 8 + headerBytes + start,
            bytes.byteOffset + 8 + headerBytes + end,
          ),
        );
        return [key, { data, shape }];
      },
    );
}

export const weights = new Map([
  ...readTensors('model.safetensors'),
  ...readTensors('heads.safetensors'),
]);
const { encoder } = readConfiguration(JSON.parse(readFileSync(fixture('config.json'), 'utf8')));
export const configuration: Configuration = {
  encoder,
  tags: Array.from({ length: 9 }, (_, tag) => `tag${tag}`),
};

/** Feeds of the three batches; every token is a word. */
export const feeds: Feeds[] = golden.batches.map(
  ({ inputIds, attentionMask, tokenTypeIds, tokenLabels }) => {
    const shape = [inputIds.length, inputIds[0]?.length ?? 0];
    const integers = (rows: number[][]) => ({ data: Int32Array.from(rows.flat()), shape });
    const positions = inputIds.map((row) => row.map((_, column) => column));
    return {
      inputIds: integers(inputIds),
      tokenTypeIds: integers(tokenTypeIds),
      attentionMask: { data: Float32Array.from(attentionMask.flat()), shape },
      wordPositions: integers(positions), // every token is a word
      tagIds: integers(tokenLabels),
    };
  },
);
