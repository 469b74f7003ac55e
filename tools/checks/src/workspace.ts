/** The packages of this repository, read from their manifests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly private: boolean;
  readonly dependencies: readonly string[];
}

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export function readPackages(): Package[] {
  return ['packages', 'tools']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .sort()
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return {
        name: manifest.name,
        folder,
        private: manifest.private === true,
        dependencies: Object.keys(manifest.dependencies ?? {}),
      };
    });
}

/** Every TypeScript source file below `folder`, tests included. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
