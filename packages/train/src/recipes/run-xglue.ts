/** Runs the XGLUE recipe: its stages, each made once. */
import { join } from 'node:path';
import type { Span } from '@calibre/metrics';
import type { CalibratorModel } from '@calibre/model';
import {
  answersOf,
  type CalibrationScores,
  readWith,
  scoreCalibration,
} from '../calibration-scores.js';
import type { Checkpoint } from '../checkpoint.js';
import { fitDecision } from '../decision.js';
import type { RunOptions } from '../fit.js';
import { foldsOf } from '../folds.js';
import { permutation, randomOf } from '../random.js';
import { type AnsweredCorpus, statisticsOfCorpus } from '../read-corpus.js';
import { byLanguage, type RecoveryExample } from '../recovery.js';
import type { LabelledSentence } from '../sentences.js';
import { fingerprintOf, StageFolder, type StageResult } from '../stage-folder.js';
import { taggerOn } from '../tagger.js';
import { adaptCalibrator } from './adapt.js';
import { trainCalibrator } from './calibrator.js';
import { trainPbr } from './pbr.js';
import { trainTagger } from './tagger.js';
import { type XglueConfig, type XglueOptions, type XglueScores, xglueDefaults } from './xglue.js';

/** Runs what was not run before; the calibrators stand in `folder/seed-N/calibrator`. */
export async function runXglue(options: XglueOptions): Promise<XglueScores[]> {
  const config: XglueConfig = { ...xglueDefaults, ...options.config };
  const { tokenizer, ...text } = options.data;
  const data = fingerprintOf([text, tokenizer.vocabulary]);
  const scores: XglueScores[] = [];
  for (const seed of config.seeds)
    scores.push(await new XglueSeed(seed, { ...options, config, fingerprint: data }).run());
  return scores;
}

/** One seed: every stage's inputs are the data, its configuration and the stages before it. */
class XglueSeed {
  readonly #stages: StageFolder;

  constructor(
    readonly seed: number,
    readonly options: XglueOptions & { readonly config: XglueConfig; readonly fingerprint: string },
  ) {
    this.#stages = new StageFolder(join(options.folder, `seed-${seed}`));
  }

  async run(): Promise<XglueScores> {
    const { data, config } = this.options;
    const recovery = await this.#recovery();
    const calibrator = await this.#calibrator(recovery);
    const zeroShot: Record<string, CalibrationScores> = {};
    const crossValidated: Record<string, CalibrationScores> = {};
    const ownTagger: Record<string, CalibrationScores> = {};
    const adapted: Record<number, Record<string, CalibrationScores>> = {};
    for (const language of Object.keys(data.development)) {
      const scores = await this.#scores(language, calibrator);
      zeroShot[language] = scores.zeroShot;
      crossValidated[language] = scores.crossValidated;
    }
    for (const size of config.correctedSentences) {
      const bySize: Record<string, CalibrationScores> = {};
      for (const language of Object.keys(data.development))
        if (language !== 'en')
          bySize[language] = await this.#adapted(language, { size, calibrator });
      adapted[size] = bySize;
    }
    const tagger = await this.#tagger(recovery);
    for (const language of Object.keys(data.development))
      ownTagger[language] = await this.#taggerScores(language, { tagger, calibrator });
    return { seed: this.seed, zeroShot, crossValidated, ownTagger, adapted };
  }

  #recovery(): Promise<StageResult<Checkpoint>> {
    const { data, fingerprint } = this.options;
    const config = { ...this.options.config.recovery, seed: this.seed };
    const { links, silver, tokenizer, train } = data;
    return this.#train('recovery', [fingerprint, config], async (run) => {
      const examples = [...links, ...silver];
      const vocabularyWords = train.flatMap(({ words }) => words);
      return trainPbr({ ...run, examples, vocabularyWords, from: { tokenizer }, config });
    });
  }

  #calibrator(from: StageResult<Checkpoint>): Promise<StageResult<Checkpoint>> {
    const { data, config: all } = this.options;
    const config = { ...all.calibrator, seed: this.seed };
    const inputs = [from.fingerprint, config, all.silverSentences];
    return this.#train('calibrator', inputs, (run) =>
      trainCalibrator({
        ...run,
        sentences: [...data.train, ...this.#silver(all.silverSentences)],
        replay: data.links,
        development: data.development.en,
        from: from.value,
        config,
      }),
    );
  }

  /** Tags English; of other languages it knows what recovery taught its encoder. */
  #tagger(from: StageResult<Checkpoint>): Promise<StageResult<Checkpoint>> {
    const { data, config: all } = this.options;
    const config = { ...all.tagger, seed: this.seed };
    return this.#train('tagger', [from.fingerprint, config], async (run) => ({
      checkpoint: await trainTagger({ ...run, sentences: data.train, from: from.value, config }),
    }));
  }

  async #scores(language: string, { value: checkpoint, fingerprint }: StageResult<Checkpoint>) {
    const { runtime, signal } = this.options;
    const corpus = this.#development(language);
    const { seed } = this;
    return this.#measure(`scores-${language}`, [fingerprint, seed], async () => {
      const read = await readWith(checkpoint, corpus, { runtime, signal });
      const { heldOut } = fitDecision(read, { ...learnedFor(language, checkpoint), seed });
      const crossValidated = scoreCalibration(read, heldOut, { seed });
      return {
        zeroShot:
          language === 'en' // which the checkpoint's decision has seen
            ? crossValidated
            : scoreCalibration(read, answersOf(checkpoint, read), { seed }),
        crossValidated,
      };
    });
  }

  /** Of the answers of the tagger trained here, the decision learned on the language's own set. */
  async #taggerScores(
    language: string,
    { tagger, calibrator }: Record<'tagger' | 'calibrator', StageResult<Checkpoint>>,
  ): Promise<CalibrationScores> {
    const { runtime, signal } = this.options;
    const { seed } = this;
    const inputs = [tagger.fingerprint, calibrator.fingerprint, seed];
    return this.#measure(`tagger-scores-${language}`, inputs, async () => {
      const { sentences } = this.#development(language);
      const base = await taggerOn(runtime, tagger.value);
      const words = sentences.map((sentence) => sentence.words);
      const answers = await base
        .predict(words, signal ? { signal } : {})
        .finally(() => base.dispose());
      const read = await readWith(calibrator.value, { sentences, answers }, { runtime, signal });
      const { heldOut } = fitDecision(read, { ...learnedFor(language, calibrator.value), seed });
      return scoreCalibration(read, heldOut, { seed });
    });
  }

  async #adapted(
    language: string,
    { size, calibrator }: { size: number; calibrator: StageResult<Checkpoint> },
  ): Promise<CalibrationScores> {
    const { runtime, signal, data, config: all } = this.options;
    const config = { ...all.adapt, seed: this.seed };
    const inputs = [calibrator.fingerprint, config, size];
    return this.#measure(`adapted-${size}-${language}`, inputs, async () => {
      const { corrected, measured } = this.#halves(language, size);
      const { value: from } = calibrator;
      // The whole set is one text, of which a half is corrected and a half measured.
      const statistics = statisticsOfCorpus(this.#development(language));
      const replay = [...data.links, ...data.silver];
      const options = { from, corrected, statistics, replay, runtime, signal, config };
      const { checkpoint } = await adaptCalibrator(options);
      const read = await readWith(checkpoint, measured, { runtime, signal });
      const final = answersOf(checkpoint, read, { statistics });
      return scoreCalibration(read, final, { seed: this.seed });
    });
  }

  /** `size` sentences of one half of a development set, and the other half. */
  #halves(language: string, size: number) {
    const { sentences, answers } = this.#development(language);
    const half = foldsOf(sentences.length, { folds: 2, seed: this.seed });
    const places = [...sentences.keys()];
    const pick = (indices: readonly number[]): AnsweredCorpus => ({
      sentences: indices.map((index) => sentences[index] as LabelledSentence),
      answers: indices.map((index) => answers[index] as readonly Span[]),
    });
    const first = places.filter((index) => half[index] === 0);
    const order = permutation(first.length, randomOf(this.seed, -8));
    const drawn = [...order].slice(0, size).map((place) => first[place] as number);
    return { corrected: pick(drawn), measured: pick(places.filter((i) => half[i] === 1)) };
  }

  /** So many sentences of each language but English, drawn at random. */
  #silver(count: number): RecoveryExample[] {
    return [...byLanguage(this.options.data.silver)].flatMap(([language, sentences], index) => {
      if (language === 'en') return [];
      const order = permutation(sentences.length, randomOf(this.seed, -9, index));
      return [...order].slice(0, count).map((place) => sentences[place] as RecoveryExample);
    });
  }

  #development = (language: string) => this.options.data.development[language] as AnsweredCorpus;

  async #train(
    name: string,
    inputs: unknown,
    train: (run: RunOptions) => Promise<{ readonly checkpoint: Checkpoint }>,
  ): Promise<StageResult<Checkpoint>> {
    const { runtime, signal, onRecord } = this.options;
    this.#say(name);
    return this.#stages.checkpoint({ name, inputs }, async (stateFolder) => {
      const { checkpoint } = await train({ runtime, stateFolder, signal, onRecord });
      return checkpoint;
    });
  }

  async #measure<Value>(name: string, inputs: unknown, compute: () => Promise<Value>) {
    this.#say(name);
    const { value } = await this.#stages.json({ name, inputs }, compute);
    return value;
  }

  #say(name: string): void {
    const { signal, onStage } = this.options;
    signal?.throwIfAborted();
    onStage?.(`seed ${this.seed}: ${name}`);
  }
}

/** What a language's decision is learned beside: what was learned on English, unless it is English. */
const learnedFor = (language: string, { configuration, decision }: Checkpoint) => ({
  labels: (configuration as CalibratorModel).calibrator.labels,
  before: language === 'en' ? undefined : decision?.learnedFrom,
});
