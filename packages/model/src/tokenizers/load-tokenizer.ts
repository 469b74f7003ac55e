import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateCheckpoint } from '../files/locate-checkpoint.js';
import { vocabularyOf } from './models.js';
import { createTokenizer } from './pipeline.js';
import { robertaSpecification } from './roberta.js';
import { specialNamesOf } from './special-tokens.js';
import { checkSpecification } from './specification.js';
import type { Tokenizer, TokenizerFiles } from './tokenizer.js';
import { wordPieceSpecification } from './word-piece.js';
import { parseMerges, xlmReserved, xlmSpecial } from './xlm/vocabulary.js';
import { splitWordsByUnicode, type WordSplitter } from './xlm/xlm-segmenter.js';
import { createXlmTokenizer } from './xlm/xlm-tokenizer.js';

// What a folder may hold of a tokenizer. Only these files are read.
const names = [
  'tokenizer.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'tokenizer_config.json',
  'special_tokens_map.json',
];

/** What files do not say. */
export interface TokenizerOptions {
  /** Splits Chinese, Japanese and Thai text into words for XLM; by default the engine's Unicode segmentation. */
  readonly splitWords?: WordSplitter;
}

/**
 * The tokenizer of a checkpoint folder (or of a downloaded model of the hub, by its id): from `tokenizer.json`, else BERT's `vocab.txt`, else XLM's or RoBERTa's
 * `vocab.json` and `merges.txt`.
 *
 * @throws where there is neither, or a file is malformed
 */
export async function loadTokenizer(
  pathOrId: string,
  options: TokenizerOptions = {},
): Promise<Tokenizer> {
  const folder = await locateCheckpoint(pathOrId);
  const contents = await Promise.all(
    names.map((name) =>
      readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    ),
  );
  const files = Object.fromEntries(
    names.flatMap((name, at) => (contents[at] === undefined ? [] : [[name, contents[at]]])),
  );
  try {
    return readTokenizer(files, options);
  } catch (error) {
    throw new Error(`${folder}: ${(error as Error).message}`, { cause: error });
  }
}

/** The tokenizer that files of a checkpoint folder describe, given by name; see `loadTokenizer`. */
export function readTokenizer(
  files: TokenizerFiles,
  { splitWords = splitWordsByUnicode }: TokenizerOptions = {},
): Tokenizer {
  const config = parse(files, 'tokenizer_config.json') ?? {};
  const specialNames = {
    ...specialNamesOf(config),
    ...specialNamesOf(parse(files, 'special_tokens_map.json') ?? {}),
  };
  const specification = parse(files, 'tokenizer.json');
  if (specification) return createTokenizer(checkSpecification(specification), specialNames);
  const vocabulary = files['vocab.txt'];
  if (vocabulary !== undefined) {
    const tokens = vocabulary.split(/\r?\n/);
    if (tokens.at(-1) === '') tokens.pop();
    return createTokenizer(
      wordPieceSpecification(tokens, {
        lowercase: config.do_lower_case === true,
        stripAccents: (config.strip_accents as boolean | null | undefined) ?? null,
        separateIdeographs: config.tokenize_chinese_chars !== false,
      }),
      specialNames,
    );
  }
  const [pieces, merges] = [parse(files, 'vocab.json'), files['merges.txt']];
  if (pieces && merges !== undefined) {
    const vocabulary = vocabularyOf({ type: 'BPE', vocab: pieces });
    if (!Object.keys(pieces).some((token) => token.endsWith('</w>')))
      return createTokenizer(
        robertaSpecification(vocabulary, {
          merges: parseMerges(merges),
          prefixed: config.add_prefix_space === true,
        }),
        specialNames,
      );
    return createXlmTokenizer({
      vocabulary: new Map(Object.entries(vocabulary)),
      merges: parseMerges(merges),
      special: { ...xlmSpecial, ...specialNames, cls: xlmSpecial.cls },
      addedTokens: xlmReserved.filter((token) => Object.hasOwn(pieces, token)),
      fold: config.do_lowercase_and_remove_accent !== false,
      splitWords,
    });
  }
  throw new Error(
    `a tokenizer must be tokenizer.json, vocab.txt, or vocab.json with merges.txt, got ${Object.keys(files).join(', ') || 'none'}; save it with save_pretrained`,
  );
}

function parse(files: TokenizerFiles, name: string): Record<string, unknown> | undefined {
  const text = files[name];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    throw new Error(`${name}: must be JSON (${(error as Error).message}); download the file again`);
  }
  throw new Error(`${name}: must hold a JSON object; download the file again`);
}
