import type { Command } from 'commander';

/** All commands, in the order in which help lists them. Loaded when wanted: some bring an engine with them. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.js')).demo(),
  extract: async () => (await import('./extract.js')).extract(),
  'extract-worker': async () => (await import('./extract-worker.js')).extractWorker(),
  train: async () => (await import('./train/index.js')).train(),
  adapt: async () => (await import('./adapt.js')).adapt(),
  predict: async () => (await import('./predict.js')).predict(),
  calibrate: async () => (await import('./calibrate.js')).calibrate(),
  export: async () => (await import('./export.js')).exportCommand(),
  evaluate: async () => (await import('./evaluate.js')).evaluate(),
  diagnose: async () => (await import('./diagnose.js')).diagnoseCommand(),
  garble: async () => (await import('./garble.js')).garble(),
  recipe: async () => (await import('./recipe.js')).recipe(),
};

/** The command that `name` names, or all where it names none. */
export async function commandsNamed(name: string | undefined): Promise<Command[]> {
  const wanted = Object.entries(loaders).filter(([known]) => known === name);
  const chosen = wanted.length > 0 ? wanted : Object.entries(loaders);
  return Promise.all(chosen.map(([, load]) => load()));
}
