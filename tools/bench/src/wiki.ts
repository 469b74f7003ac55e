/**
 * Extraction beside WikiExtractor: the same dump in three forms, equal numbers of workers, whole processes timed.
 *
 * `wiki NAME` takes only the forms whose file has NAME in its name (plain, multi, single).
 * CALIBRE_WIKI_DUMP names a bzip2 dump (a real one; it is repeated to CALIBRE_WIKI_MB megabytes of XML, 600 by default: the
 * smaller it is, the more of the time goes to compiling), CALIBRE_WIKIEXTRACTOR a checkout of WikiExtractor/wikiextractor,
 * CALIBRE_PYTHON its Python (`python3`). Of CALIBRE_ROUNDS (1), in which the programs take turns, the fastest of each counts.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const {
  CALIBRE_WIKI_DUMP: dump,
  CALIBRE_WIKIEXTRACTOR: peer,
  CALIBRE_PYTHON: python = 'python3',
} = process.env;
const ROUNDS = Number(process.env.CALIBRE_ROUNDS ?? 1);
const MEGABYTES = Number(process.env.CALIBRE_WIKI_MB ?? 600);
const CHILD = fileURLToPath(new URL('./wiki-child.js', import.meta.url));

/** Writes the dump's XML, its pages repeated, and the two compressed forms of it that Wikipedia's dumps have. */
const PREPARE = `
import bz2, sys
source, folder, size, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3]) * 1000000, sys.argv[4:]
xml = bz2.open(source).read()
first, last = xml.index(b'  <page>'), xml.rindex(b'</page>') + len(b'</page>') + 1
header, pages = xml[:first], xml[first:last]
times = max(1, size // len(pages))
with open(folder + '/plain.xml', 'wb') as out:
    out.write(header)
    for _ in range(times): out.write(pages)
    out.write(b'</mediawiki>\\n')
cut, stream, streams = 0, 1 << 20, []
while cut < len(pages):
    end = pages.find(b'</page>', min(cut + stream, len(pages)))
    end = len(pages) if end < 0 else end + len(b'</page>') + 1
    streams.append(bz2.compress(pages[cut:end]))
    cut = end
if 'multistream.xml.bz2' in wanted:
    with open(folder + '/multistream.xml.bz2', 'wb') as out:
        out.write(bz2.compress(header))
        for _ in range(times): out.write(b''.join(streams))
        out.write(bz2.compress(b'</mediawiki>\\n'))
if 'single-stream.xml.bz2' in wanted:
    single = bz2.BZ2Compressor()
    with open(folder + '/single-stream.xml.bz2', 'wb') as out:
        out.write(single.compress(header))
        for _ in range(times): out.write(single.compress(pages))
        out.write(single.compress(b'</mediawiki>\\n') + single.flush())
`;

/** Runs a command and prints what it took, its own children counted in. */
const MEASURE = `
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    'seconds': time.perf_counter() - start,
    'cpuSeconds': used.ru_utime + used.ru_stime,
    'maxRssBytes': used.ru_maxrss * 1024,
}))
`;

const forms = ['plain.xml', 'multistream.xml.bz2', 'single-stream.xml.bz2'];

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the largest process. */
  readonly maxRssBytes: number;
}

const faster = (one: Measured | undefined, other: Measured): Measured =>
  one && one.seconds < other.seconds ? one : other;

const measure = (command: readonly string[], cwd?: string): Measured =>
  JSON.parse(execFileSync(python, ['-c', MEASURE, ...command], { encoding: 'utf8', cwd }));

export async function benchWiki(): Promise<void> {
  if (!dump || !existsSync(dump)) {
    console.log('wiki: skipped, CALIBRE_WIKI_DUMP names no bzip2 dump');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'calibre-bench-'));
  try {
    const wanted = forms.filter((name) => name.includes(process.argv[3] ?? ''));
    execFileSync(python, ['-c', PREPARE, dump, folder, String(MEGABYTES), ...wanted]);
    const megabytes = statSync(join(folder, 'plain.xml')).size / 1e6;
    if (!peer)
      console.log('wiki: no peer, CALIBRE_WIKIEXTRACTOR names no checkout of WikiExtractor');
    console.log(
      `${megabytes.toFixed(0)} MB of XML; MB of XML a second of wall and of CPU time, whole processes\n`,
    );
    console.log(
      '| dump | workers | calibre | by CPU | memory | WikiExtractor | by CPU | times | by CPU |',
    );
    console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
    for (const name of wanted) {
      for (const workers of [1, 2]) {
        const path = join(folder, name);
        let [ours, theirs]: (Measured | undefined)[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          ours = faster(ours, measureOurs(path, { out: join(folder, 'out.jsonl'), workers }));
          if (peer)
            theirs = faster(theirs, measurePeer(path, { out: join(folder, 'peer'), workers }));
        }
        if (!ours) throw new RangeError('wiki: expected CALIBRE_ROUNDS to be 1 or more');
        const cells = [
          name,
          workers,
          (megabytes / ours.seconds).toFixed(1),
          (megabytes / ours.cpuSeconds).toFixed(1),
          `${(ours.maxRssBytes / 2 ** 20).toFixed(0)} MiB`,
          ...(theirs
            ? [
                (megabytes / theirs.seconds).toFixed(1),
                (megabytes / theirs.cpuSeconds).toFixed(1),
                (theirs.seconds / ours.seconds).toFixed(1),
                (theirs.cpuSeconds / ours.cpuSeconds).toFixed(1),
              ]
            : ['–', '–', '–', '–']),
        ];
        console.log(`| ${cells.join(' | ')} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureOurs(path: string, { out, workers }: { out: string; workers: number }): Measured {
  rmSync(out, { force: true }); // putting a file in place of a large one takes the file system time
  return measure([process.execPath, CHILD, path, out, String(workers)]);
}

function measurePeer(path: string, { out, workers }: { out: string; workers: number }): Measured {
  rmSync(out, { recursive: true, force: true });
  const flags = [
    '-q',
    '--links',
    '--no-templates',
    '--json',
    '--processes',
    String(workers),
    '-o',
    out,
  ];
  return measure([python, '-m', 'wikiextractor.WikiExtractor', ...flags, path], peer);
}
