import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { extractPassages, type Passage } from '@calibre/data-wiki';

const folder = new URL('../../sample/', import.meta.url);

/** The passages of the sample that travels with this package, language by language. */
export async function* samplePassages({
  signal,
}: {
  signal: AbortSignal;
}): AsyncGenerator<Passage> {
  const dumps = (await readdir(folder)).filter((name) => name.endsWith('.xml.bz2')).sort();
  for (const dump of dumps) {
    const language = dump.replace('.xml.bz2', '');
    yield* extractPassages(fileURLToPath(new URL(dump, folder)), { language, signal });
  }
}
