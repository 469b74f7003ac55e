/**
 * What Hugging Face saves, we load and compute; what we save, it loads. Needs Python with transformers that CALIBRE_PYTHON
 * names; development only.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  buildMaskedLanguageModelScores,
  buildNextSentenceScores,
  buildTaggerScores,
  type Configuration,
  type EncoderConfiguration,
  encoderOfSize,
  encoderParameters,
  initialParameters,
  loadEncoder,
  loadParameters,
  loadTokenizer,
  maskedLanguageModelParameters,
  maxTokens,
  nextSentenceParameters,
  openCheckpoint,
  type ParameterSpecification,
  positionIds,
  readConfiguration,
  taggerFeeds,
  taggerParameters,
  taggerRows,
  tokenizeWords,
  writeCheckpoint,
  writeConfiguration,
} from '../src/index.js';
import { integers } from './encoder-batches.js';
import {
  expectClose,
  goldenPath,
  putAll,
  type Recorded,
  runGraph,
  runtimeOfTests,
} from './golden.js';

const python = process.env.CALIBRE_PYTHON ?? '';
const folder = await mkdtemp(join(tmpdir(), 'hugging-face-'));
afterAll(() => rm(folder, { recursive: true }));
const runtime = await runtimeOfTests();

/** The last line that a script prints, as JSON. */
function run(args: readonly string[]): Recorded {
  const output = execFileSync(python, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(output.toString().trim().split('\n').at(-1) ?? '');
}

describe.skipIf(!python)('Hugging Face’s values (skipped without CALIBRE_PYTHON)', () => {
  const script = fileURLToPath(new URL('hugging_face_variants.py', import.meta.url));
  const names: string[] = python ? run([script, folder]) : [];

  test.each(names)('%s', async (name) => {
    const place = join(folder, name);
    const encoder = await loadEncoder(place, { threads: 1 });
    const { configuration } = encoder;
    for (const batch of JSON.parse(readFileSync(join(place, 'values.json'), 'utf8'))) {
      const { hiddenStates, shape, pooled } = await encoder.encode(batch);
      const mask = batch.attentionMask.flat();
      const ofToken = (width: number) => (i: number) => mask[Math.floor(i / width)] === 1;
      expect(hiddenStates).toHaveLength(batch.hiddenStates.length);
      for (const [layer, state] of batch.hiddenStates.entries())
        expectClose(hiddenStates[layer], state, ofToken(shape[2]));
      if (batch.pooled) expectClose(pooled, batch.pooled);
      if (!batch.logits) continue;
      const { tensors } = await load(place, maskedLanguageModelParameters);
      await putAll(runtime, tensors);
      const options = { languages: batch.langs != null, tokenTypes: batch.tokenTypeIds != null };
      const inputIds = integers(batch.inputIds);
      const zeros = batch.inputIds.map((row: number[]) => row.map(() => 0));
      const { maskedTokenLogits } = await runGraph(
        runtime,
        buildMaskedLanguageModelScores(configuration, options),
        {
          inputIds,
          attentionMask: { ...inputIds, data: Float32Array.from(mask) },
          tokenTypeIds: integers(batch.tokenTypeIds ?? zeros),
          languageIds: integers(batch.langs ?? zeros),
          positionIds: positionIds(inputIds, configuration),
          maskedPositions: integers(zeros.map((row: number[]) => row.map((_, t) => t))),
        },
      );
      expectClose(maskedTokenLogits?.data, batch.logits, ofToken(configuration.vocabularySize));
    }
    await encoder.dispose();
  });
});

/** A checkpoint's encoder and the weights of a head. */
async function load(
  place: string,
  head: (encoder: EncoderConfiguration) => readonly ParameterSpecification[],
) {
  const { config, weights } = await openCheckpoint(place);
  const { encoder } = readConfiguration(config);
  const { values, fresh, unused } = await loadParameters(
    weights,
    [...encoderParameters(encoder), ...head(encoder)],
    { encoder, random: () => 0.5 },
  );
  await weights.close();
  return { encoder, tensors: values, fresh, unused };
}

/** Loads the folder, saves it again beside, prints what did not fit and the logits of the ids. */
const script = `
import json, sys, torch, transformers
folder, kind, ids = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
model, info = getattr(transformers, kind).from_pretrained(folder, output_loading_info=True)
model.eval().save_pretrained(folder + "/again")
with torch.no_grad(): outputs = model(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)))
odd = [str(name) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") for name in info[key]]
logits = outputs.seq_relationship_logits if kind == "AutoModelForPreTraining" else outputs.logits
print(json.dumps({"odd": odd, "label": model.config.id2label[1], "logits": logits[0].tolist()}))
`;
const loadThere = (place: string, kind: string, ids: readonly number[]) =>
  run(['-c', script, place, kind, JSON.stringify(ids)]);

describe.skipIf(!python)('Hugging Face loads what we save (skipped without CALIBRE_PYTHON)', () => {
  test('BERT with all it was pre-trained with', async () => {
    const { encoder, tensors, fresh, unused } = await load(goldenPath('bert-tiny'), (of) => [
      ...maskedLanguageModelParameters(of),
      ...nextSentenceParameters(of),
    ]);
    expect([fresh, unused]).toEqual([[], []]);
    const tokenizer = await loadTokenizer(goldenPath('bert-tiny'));
    const place = join(folder, 'pre-training');
    const config = writeConfiguration({ encoder, tags: [] });
    await writeCheckpoint(place, { config, tensors, tokenizer });

    const { ids } = tokenizer.encodeWords(['Mayor', 'Lena', 'opened', 'Bridge']);
    const theirs = loadThere(place, 'AutoModelForPreTraining', ids);
    expect(theirs.odd).toEqual([]);
    await putAll(runtime, tensors);
    const inputIds = integers([ids]);
    const { nextSentenceLogits } = await runGraph(runtime, buildNextSentenceScores(encoder), {
      inputIds,
      attentionMask: { ...inputIds, data: new Float32Array(ids.length).fill(1) },
      tokenTypeIds: { ...inputIds, data: new Int32Array(ids.length) },
    });
    expectClose(nextSentenceLogits?.data, theirs.logits);
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
    const theirs = loadThere(place, 'AutoModelForTokenClassification', inputIds);
    expect(theirs).toMatchObject({ odd: [], label: 'B-PER' });
    const logits = wordPositions.flatMap((position) => theirs.logits[position]);
    expectClose(tagLogits?.data, logits);

    const again = await loadEncoder(join(place, 'again'), { threads: 1 });
    expect(again.configuration).toEqual(encoder);
    await again.dispose();
  });
});
