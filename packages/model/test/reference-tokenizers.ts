/** The tokenizers that values were recorded for: tiny ones of this repository, real vocabularies where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import {
  createTokenizer,
  createXlmTokenizer,
  parseMerges,
  parseXlmVocabulary,
  splitWordsByUnicode,
  type TokenizerSpecification,
  type WordSplitter,
  wordPieceSpecification,
  xlmReserved,
  xlmSpecial,
} from '../src/index.js';
import { byteSigns } from '../src/tokenizers/byte-level.js';
import { robertaSpecification } from '../src/tokenizers/roberta.js';
import { goldenJson, goldenPath } from './golden.js';

const shared = (path: string): string =>
  fileURLToPath(new URL(`../../../../shared/${path}`, import.meta.url));

const vocabularies = shared('data/tokenizers/');

/** Whether the real vocabularies are there; tests that need them skip otherwise. */
export const hasRealVocabularies: boolean = existsSync(vocabularies);

/** Values recorded for a tokenizer. */
export const recorded = (name: string) =>
  existsSync(goldenPath(`tokenizers/${name}.json`))
    ? goldenJson(`tokenizers/${name}.json`)
    : JSON.parse(readFileSync(shared(`golden/model/tokenizers/${name}.json`), 'utf8'));

/** tokenizer.json of a recorded tokenizer. */
export function specificationOf(
  name: 'bert-tiny' | 'xlmr-tiny' | 'mbert' | 'xlmr',
): TokenizerSpecification {
  switch (name) {
    case 'bert-tiny':
    case 'xlmr-tiny':
      return goldenJson(`${name}/tokenizer.json`);
    case 'mbert':
      return wordPieceSpecification(
        readFileSync(`${vocabularies}mbert_vocab.txt`, 'utf8').trimEnd().split('\n'),
      );
    case 'xlmr':
      return xlmrSpecification();
  }
}

export const tokenizerOf = (name: Parameters<typeof specificationOf>[0]) =>
  createTokenizer(specificationOf(name));

/** RoBERTa's pipeline over all bytes and some pairs of them. */
export function byteLevelSpecification(options: { prefixed: boolean }): TokenizerSpecification {
  const pairs = [
    'Ġ t',
    'h e',
    'Ġt he',
    'Ġ Ġ',
    'ĠĠ Ġ',
    'Ċ Ġ',
    'i n',
    'in g',
    'Ã ©',
    'à ¤',
    'ð Ł',
    'â Ģ',
  ];
  const special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>'];
  const tokens = [...special, ...byteSigns, ...pairs.map((pair) => pair.replace(' ', ''))];
  return robertaSpecification(Object.fromEntries(tokens.map((token, id) => [token, id])), {
    ...options,
    merges: parseMerges(pairs.join('\n')),
  });
}

/** XLM-15 from Facebook's files. */
export function xlm15(splitWords: WordSplitter = splitWordsByUnicode) {
  const text = (name: string) => gunzipSync(readFileSync(vocabularies + name)).toString();
  return createXlmTokenizer({
    vocabulary: parseXlmVocabulary(text('xlm_vocab_xnli_15.gz'), { size: 95000 }),
    merges: parseMerges(text('xlm_codes_xnli_15.gz')),
    special: xlmSpecial,
    addedTokens: xlmReserved,
    fold: true,
    splitWords,
  });
}

/** XLM-R's pieces in the pipeline of the tiny one. */
function xlmrSpecification(): TokenizerSpecification {
  const tiny = specificationOf('xlmr-tiny');
  const vocab: [string, number][] = [['<s>', 0]];
  for (const line of unzipOnlyFile(`${vocabularies}xlmr_pieces.zip`).trimEnd().split('\n')) {
    const [piece, id, score] = line.split('\t') as [string, string, string];
    vocab[Number(id.replace('WORD_ID_', ''))] = [piece, Number(score)];
  }
  const mask = vocab.length - 1;
  return {
    ...tiny,
    added_tokens: tiny.added_tokens.map((token) =>
      token.content === '<mask>' ? { ...token, id: mask } : token,
    ),
    model: { ...tiny.model, vocab },
  };
}

function unzipOnlyFile(path: string): string {
  const bytes = readFileSync(path);
  const dataStart = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28); // after the local header's two names
  return inflateRawSync(bytes.subarray(dataStart)).toString();
}
