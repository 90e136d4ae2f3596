import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFiles } from './scratch.mjs';

const file = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const good = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [file] };

/** @param {unknown} report @param {number} status */
function counted(report, status) {
  return withFiles({ 'tests.json': typeof report === 'string' ? report : JSON.stringify(report) }, (folder) => {
    const script = join(import.meta.dirname, 'count-tests.mjs');
    return spawnSync(process.execPath, [script, join(folder, 'tests.json'), `${status}`], { encoding: 'utf8' }).stdout;
  });
}

/** @type {readonly [string, unknown, number, string][]} */
const cases = [
  ['tests that passed', good, 0, '3 0\n'],
  ['a failed test', { ...good, numFailedTests: 1 }, 1, '3 1\n'],
  [
    'a file that cannot be loaded',
    { ...good, testResults: [file, { status: 'failed', assertionResults: [] }] },
    1,
    '3 1\n',
  ],
  ['a skipped test and one to do', { ...good, numPendingTests: 1, numTodoTests: 1 }, 0, '3 2\n'],
  ['a run that ended badly', good, 1, '3 1\n'],
  ['a run without tests', { ...good, numPassedTests: 0 }, 0, '0 1\n'],
  ['a report that is cut short', '{"numPassed', 1, '0 1\n'],
];

for (const [what, report, status, expected] of cases) {
  test(`counts ${what}`, () => {
    assert.equal(counted(report, status), expected);
  });
}
