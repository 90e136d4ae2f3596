import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostProblems } from './lockfile-rules.mjs';

test('a lock file that names packages by their digest is fine', () => {
  const text = "packages:\n\n  '@noble/hashes@2.4.0':\n    resolution: {integrity: sha512-abc/def+ghi==}\n";
  assert.deepEqual(hostProblems('pnpm-lock.yaml', text), []);
});

for (const line of [
  '    resolution: {integrity: sha512-abc==, tarball: a.tgz}',
  '    resolution: {tarball: https://packages.example/a.tgz}',
  'registry=https://packages.example/',
  'registries:',
  '      version: git+ssh://code.example/a.git',
]) {
  test(`finds the host in: ${line.trim()}`, () => {
    assert.equal(hostProblems('file', `first: line\n${line}\n`).length, 1);
  });
}
