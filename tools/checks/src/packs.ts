/**
 * Packs every public package, installs each alone from its tarballs into an empty folder and imports it.
 * A package that promises to be light must come without onnxruntime; the example of docs/ must pass its own tests there.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Package, readPackages, root } from './workspace.js';

const example = {
  of: '@calibre/model',
  folder: join(root, 'docs/examples/gazetteer'),
};
const light = new Set(['@calibre/metrics', '@calibre/garble', '@calibre/data-wiki']);

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The package and every Calibre package that it needs, directly or not. */
function closure(owner: Package, packages: readonly Package[]): Package[] {
  const found = new Set([owner]);
  for (const each of found) {
    for (const name of each.dependencies) {
      const dependency = packages.find((candidate) => candidate.name === name);
      if (dependency) found.add(dependency);
    }
  }
  return [...found];
}

function pack(owner: Package, destination: string): string {
  const before = new Set(readdirSync(destination));
  run('pnpm', ['pack', '--pack-destination', destination], owner.folder);
  const name = readdirSync(destination).find((file) => !before.has(file));
  if (!name) throw new Error(`packs: ${owner.name} gave no tarball`);
  return join(destination, name);
}

function installAlone(owner: Package, tarballs: readonly string[], folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  run('npm', ['install', ...quiet, ...tarballs], folder);
  const program = `const m = await import('${owner.name}'); console.log(Object.keys(m).length)`;
  const exported = Number(run('node', ['--input-type=module', '-e', program], folder));
  if (exported === 0) throw new Error(`packs: ${owner.name} exports nothing`);
  if (light.has(owner.name)) {
    const heavy = ['onnxruntime-node', 'onnxruntime-web'].filter((name) =>
      existsSync(join(folder, 'node_modules', name)),
    );
    if (heavy.length > 0) throw new Error(`packs: ${owner.name} must not bring ${heavy}`);
  }
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => name[0] !== '.');
  console.log(`packs: ${owner.name}: ${exported} exports, ${installed.length} top-level entries`);
}

/** The plugin of the documentation, as its reader would run it. */
function tryExample(folder: string): void {
  for (const name of readdirSync(example.folder).filter((name) => name.endsWith('.mjs')))
    copyFileSync(join(example.folder, name), join(folder, name));
  run('node', ['--test'], folder);
  console.log(`packs: ${example.of}: the example passes its tests`);
}

const packages = readPackages().filter((each) => !each.private);
const work = mkdtempSync(join(tmpdir(), 'calibre-packs-'));
try {
  const store = join(work, 'tarballs');
  mkdirSync(store);
  const tarballs = new Map(packages.map((each) => [each, pack(each, store)]));
  for (const owner of packages) {
    const needed = closure(owner, packages).map((each) => tarballs.get(each) as string);
    const folder = join(work, owner.name.replace('@calibre/', ''));
    installAlone(owner, needed, folder);
    if (owner.name === example.of) tryExample(folder);
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(work, { recursive: true });
}
