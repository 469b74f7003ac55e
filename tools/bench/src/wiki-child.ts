/** One extraction in a process of its own, to be measured: `wiki-child DUMP OUT WORKERS`. */
import { extractToFile } from '@calibre/data-wiki';

const [dump = '', out = '', workers = '1'] = process.argv.slice(2);
await extractToFile(dump, { out, workers: Number(workers) });
