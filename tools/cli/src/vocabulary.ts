import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { createTokenizer, type Tokenizer, wordPieceSpecification } from '@calibre/model';

/** The tokenizer that new networks start from: the vocabulary of multilingual BERT, cased, which training trims. */
export async function multilingualTokenizer(): Promise<Tokenizer> {
  const file = await readFile(new URL('../vocabulary/mbert-cased.txt.gz', import.meta.url));
  const tokens = gunzipSync(file).toString('utf8').trimEnd().split('\n');
  return createTokenizer(wordPieceSpecification(tokens));
}
