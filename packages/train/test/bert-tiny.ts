/** The bert-tiny checkpoint and token-classification batches that PyTorch's trajectories (adamw.json) were recorded with. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Configuration, type Feeds, readConfiguration } from '@calibre/model';
import { readTensors, type Tensors } from '../src/checkpoint.js';
import golden from './fixtures/adamw.json' with { type: 'json' };

const fixture = (name: string) => new URL(`./fixtures/bert-tiny/${name}`, import.meta.url);

const read = (name: string) => readTensors(fileURLToPath(fixture(name)));
export const weights: Tensors = new Map([
  ...(await read('model.safetensors')),
  ...(await read('heads.safetensors')),
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
