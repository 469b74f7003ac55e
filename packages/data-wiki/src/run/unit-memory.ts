/** What units that are read one after the other use again, so that memory does not wait for the collector. */
import type { ExtractionRules } from '../options.js';
import { PageReader } from './page-reader.js';
import type { Site } from './site.js';

export class UnitMemory {
  /** Room of the last unit's cutter. */
  room: Buffer = Buffer.alloc(0);
  private reader: PageReader | undefined;
  private key = '';

  /** A reader of the site's pages: the last one where it is the same. */
  readerOf({ language, namespaces }: Site, rules: ExtractionRules): PageReader {
    const key = JSON.stringify([language, namespaces, rules]);
    if (!this.reader || key !== this.key)
      this.reader = new PageReader(rules, { language, names: new Map(Object.entries(namespaces)) });
    this.key = key;
    return this.reader;
  }
}
