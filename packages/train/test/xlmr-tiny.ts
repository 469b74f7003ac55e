/**
 * The xlmr-tiny checkpoint of `@calibre/model`'s tests and the batches of adamw-xlmr.json: what PyTorch 2.15 and transformers 5.23
 * gave for them in float64, with the options and the form of adamw.json.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Configuration, type Feeds, readConfiguration } from '@calibre/model';
import { readTensors, type Tensors } from '../src/checkpoint.js';
import golden from './fixtures/adamw-xlmr.json' with { type: 'json' };

interface Batch {
  readonly id: string;
  readonly inputIds: readonly (readonly number[])[];
  readonly positionIds: readonly (readonly number[])[];
  readonly attentionMask: readonly (readonly number[])[];
  readonly tokenLabels: readonly (readonly number[])[];
}

const place = (name: string) =>
  fileURLToPath(new URL(`../../model/test/golden/${name}`, import.meta.url));
const json = (name: string) => JSON.parse(readFileSync(place(name), 'utf8'));

export const weights: Tensors = new Map([
  ...(await readTensors(place('xlmr-tiny/model.safetensors'))),
  ...(await readTensors(place('xlmr-tiny/heads.safetensors'))),
]);
export const configuration: Configuration = {
  encoder: readConfiguration(json('xlmr-tiny/config.json')).encoder,
  tags: Array.from({ length: 9 }, (_, tag) => `tag${tag}`),
};

const batches: readonly Batch[] = json('xlmr-tiny.forward.json').batches;

export const feeds: Feeds[] = golden.batches.map((id) => {
  const { inputIds, positionIds, attentionMask, tokenLabels } = batches.find(
    (batch) => batch.id === id,
  ) as Batch;
  const shape = [inputIds.length, inputIds[0]?.length ?? 0];
  const integers = (rows: readonly (readonly number[])[]) => ({
    data: Int32Array.from(rows.flat()),
    shape,
  });
  return {
    inputIds: integers(inputIds),
    positionIds: integers(positionIds),
    attentionMask: { data: Float32Array.from(attentionMask.flat()), shape },
    wordPositions: integers(inputIds.map((row) => row.map((_, column) => column))),
    tagIds: integers(tokenLabels),
  };
});
