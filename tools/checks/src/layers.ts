/** Fails when a package imports one above it, or one that its manifest does not name. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Package, readPackages, root, sourceFiles } from './workspace.js';

/** What each package may import; `tools` may import every package, and nothing may import a tool. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  '@calibre/metrics': [],
  '@calibre/data-wiki': ['@calibre/metrics'],
  '@calibre/garble': ['@calibre/metrics'],
  '@calibre/graph': [],
  '@calibre/model': ['@calibre/graph', '@calibre/metrics'],
  '@calibre/train': ['@calibre/model', '@calibre/graph', '@calibre/garble', '@calibre/metrics'],
  '@calibre/mrc': ['@calibre/train', '@calibre/model', '@calibre/garble', '@calibre/metrics'],
};

/** The Calibre packages that a piece of TypeScript imports, in order of appearance. */
export function importedPackages(source: string): string[] {
  const imports = source.matchAll(/(?:from|import)\s*\(?\s*['"](@calibre\/[\w-]+)/g);
  return [...new Set([...imports].map((match) => match[1] as string))];
}

/** One line per broken rule: the file, the rule, what it imports. */
export function layerFaults(packages: readonly Package[]): string[] {
  return packages.flatMap((owner) => {
    const below = allowed[owner.name] ?? Object.keys(allowed);
    return sourceFiles(join(owner.folder, 'src')).flatMap((file) =>
      importedPackages(readFileSync(file, 'utf8'))
        .filter((name) => name !== owner.name)
        .flatMap((name) => {
          const place = relative(root, file);
          if (!below.includes(name)) return [`${place}: ${owner.name} must not import ${name}`];
          if (owner.dependencies.includes(name) || file.endsWith('.test.ts')) return [];
          return [`${place}: imports ${name}, which its package.json does not name`];
        }),
    );
  });
}

if (process.argv[1] === import.meta.filename) {
  const faults = layerFaults(readPackages());
  for (const fault of faults) console.error(`layers: ${fault}`);
  if (faults.length > 0) process.exit(1);
  console.log(`layers: ${readPackages().length} packages, imports point downward`);
}
