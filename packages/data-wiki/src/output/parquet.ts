/** Passages as Parquet: a row each, words and anchors as lists of structs, as pandas, DuckDB and Spark read them. */
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { Passage } from '../passage.js';
import { replaceFile } from './files.js';

/** Rows held in memory at a time, when writing and when reading. */
const GROUP_ROWS = 2000;

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'REQUIRED',
});
const int32 = (name: string): SchemaElement => ({
  name,
  type: 'INT32',
  repetition_type: 'REQUIRED',
});
const listOf = (name: string, fields: readonly SchemaElement[]): SchemaElement[] => [
  { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'REQUIRED', num_children: fields.length },
  ...fields,
];

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 6 },
  text('language'),
  int32('pageId'),
  text('title'),
  text('text'),
  ...listOf('words', [int32('charStart'), int32('charEnd')]),
  ...listOf('anchors', [int32('start'), int32('end'), text('target')]),
];
const COLUMNS = ['language', 'pageId', 'title', 'text', 'words', 'anchors'] as const;

/** Writes passages as Parquet; the file is whole or not there. */
export async function writeParquet(
  path: string,
  passages: Iterable<Passage> | AsyncIterable<Passage>,
): Promise<void> {
  await replaceFile(path, async (temporary) => {
    const writer = new ParquetWriter({ writer: fileWriter(temporary), schema: SCHEMA });
    let group: Passage[] = [];
    const flush = async (): Promise<void> => {
      const columnData = COLUMNS.map((name) => ({
        name,
        data: group.map((passage) => passage[name]) as unknown[],
      }));
      await writer.write({ columnData, rowGroupSize: GROUP_ROWS });
      group = [];
    };
    for await (const passage of passages) {
      group.push(passage);
      if (group.length === GROUP_ROWS) await flush();
    }
    if (group.length > 0) await flush();
    await writer.finish();
  });
}

/** The passages of a Parquet file that `writeParquet` wrote, streamed by row groups. */
export async function* readParquet(path: string): AsyncGenerator<Passage> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += GROUP_ROWS) {
    const rowEnd = Math.min(rowStart + GROUP_ROWS, rows);
    yield* (await parquetReadObjects({ file, metadata, rowStart, rowEnd })) as unknown as Passage[];
  }
}
