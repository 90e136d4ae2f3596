import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {{ name: string, version?: string, private?: boolean, [field: string]: unknown }} Manifest
 * @typedef {'src' | 'test' | 'config'} Area
 * @typedef {{ path: string, area: Area, text: string, imports: readonly string[] }} SourceFile
 * @typedef {{ name: string, folder: string, example: boolean, manifest: Manifest, files: readonly SourceFile[] }} Package
 */

/**
 * Every package and example of a workspace, with its sources and what they import.
 * @param {string} root
 * @returns {Package[]}
 */
export function readWorkspace(root) {
  return ['packages', 'examples'].flatMap((group) =>
    foldersIn(join(root, group)).map((path) => {
      const manifest = readManifest(path);
      const folder = `${group}/${basename(path)}`;
      return { name: manifest.name, folder, example: group === 'examples', manifest, files: readFiles(path) };
    }),
  );
}

/** @param {string} folder @returns {Manifest} */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** @param {string} path */
function foldersIn(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

/** @param {string} folder @returns {SourceFile[]} */
function readFiles(folder) {
  const config = readdirSync(folder).filter((name) => name.endsWith('.config.ts'));
  return [...config, ...sourcesIn(folder, 'src'), ...sourcesIn(folder, 'test')].map((path) => {
    const text = readFileSync(join(folder, path), 'utf8');
    const area = path.startsWith('src/') ? 'src' : path.startsWith('test/') ? 'test' : 'config';
    return { path, area, text, imports: importsOf(text) };
  });
}

/** @param {string} folder @param {string} area */
function sourcesIn(folder, area) {
  if (!existsSync(join(folder, area))) return [];
  return readdirSync(join(folder, area), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .sort()
    .map((name) => `${area}/${name.replaceAll('\\', '/')}`);
}

/** Imports of every form: static, type-only, re-exported, dynamic. @param {string} text */
function importsOf(text) {
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
}
