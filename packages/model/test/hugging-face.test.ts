/** What we save, Hugging Face loads. Needs Python with transformers that CALIBRE_PYTHON names; development only. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Runtime } from '@calibre/graph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildTaggerScores,
  type Configuration,
  encoderOfSize,
  initialParameters,
  loadEncoder,
  loadTokenizer,
  maxTokens,
  taggerFeeds,
  taggerParameters,
  taggerRows,
  tokenizeWords,
  writeCheckpoint,
  writeConfiguration,
} from '../src/index.js';
import { type GoldenTensor, goldenPath, largestDifference, putAll, runGraph } from './golden.js';

const python = process.env.CALIBRE_PYTHON;

/** Loads the folder, saves it again beside, prints what did not fit and the logits of the ids. */
const script = `
import json, sys, torch
from transformers import AutoModelForTokenClassification
folder, ids = sys.argv[1], json.loads(sys.argv[2])
model, info = AutoModelForTokenClassification.from_pretrained(folder, output_loading_info=True)
model.eval().save_pretrained(folder + "/again")
with torch.no_grad(): logits = model(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids))).logits
odd = [str(name) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[key]]
print(json.dumps({"odd": odd, "label": model.config.id2label[1], "logits": logits[0].tolist()}))
`;

describe.skipIf(!python)('Hugging Face loads what we save (skipped without CALIBRE_PYTHON)', () => {
  let folder: string;
  let runtime: Runtime;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hugging-face-'));
    runtime = await Runtime.start({ threads: 1 });
  });
  afterAll(async () => {
    await runtime.dispose();
    await rm(folder, { recursive: true });
  });

  test.each([
    ['bert', {}],
    ['electra', { embeddingWidth: 16 }],
    ['xlm-roberta', { tokenTypes: 1, padTokenId: 1, layerNormEpsilon: 1e-5 }],
    ['xlm', { tokenTypes: 0, padTokenId: 2, languages: 3, innerWidth: 128 }],
  ] as const)('%s', async (modelType, changes) => {
    const tokenizer = await loadTokenizer(goldenPath('bert-tiny'));
    const { vocabularySize } = tokenizer;
    const encoder = encoderOfSize('tiny', {
      vocabularySize,
      modelType,
      width: 32,
      innerWidth: 64,
      ...changes,
    });
    const configuration: Configuration = { encoder, tags: ['O', 'B-PER', 'I-PER'] };
    let draws = 0;
    const random = () => (draws++ * 0.618034) % 1;
    const tensors = initialParameters(taggerParameters(configuration), { random, deviation: 0.2 });
    const place = join(folder, modelType);
    await writeCheckpoint(place, { config: writeConfiguration(configuration), tensors, tokenizer });

    const rows = taggerRows(tokenizeWords(tokenizer, ['Mayor', 'Lena', 'opened', 'Bridge']), {
      layout: tokenizer.layout,
      maxTokens: maxTokens(encoder),
    });
    await putAll(runtime, tensors);
    const feeds = taggerFeeds(rows, { encoder, pad: encoder.padTokenId });
    const { tagLogits } = await runGraph(runtime, buildTaggerScores(configuration), feeds);

    const [{ inputIds, wordPositions } = { inputIds: [], wordPositions: [] }] = rows;
    const output = execFileSync(python as string, ['-c', script, place, JSON.stringify(inputIds)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const theirs = JSON.parse(output.toString().trim().split('\n').at(-1) ?? '');
    expect(theirs).toMatchObject({ odd: [], label: 'B-PER' });
    const logits = wordPositions.flatMap((position) => theirs.logits[position]);
    expect(largestDifference((tagLogits as GoldenTensor).data, logits)).toBeLessThan(1e-5);

    const again = await loadEncoder(join(place, 'again'), { threads: 1 });
    expect(again.configuration).toEqual(encoder);
    await again.dispose();
  });
});
