#!/usr/bin/env node
/** `bench NAME`: one comparison with peers, measured here and now. */

/** A benchmark prints its table, and what it skips for want of a peer. Loaded only when asked for. */
const benchmarks: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
  calibrator: async () => (await import('./calibrator.js')).benchCalibrator,
  engine: async () => (await import('./engine.js')).benchEngine,
  metrics: async () => (await import('./metrics.js')).benchMetrics,
  'metrics-stream': async () => (await import('./metrics-stream.js')).benchMetricsStream,
  recovery: async () => (await import('./recovery.js')).benchRecovery,
  recompute: async () => (await import('./recompute.js')).benchRecompute,
  'word-embeddings': async () => (await import('./word-embeddings.js')).benchWordEmbeddings,
  wiki: async () => (await import('./wiki.js')).benchWiki,
};

const [name = ''] = process.argv.slice(2);
const load = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (load) await (await load())();
else {
  console.error(
    `bench: a name is one of ${Object.keys(benchmarks).join(', ')}, got ${name || 'none'}`,
  );
  process.exitCode = 2;
}
