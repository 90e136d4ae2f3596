import { expect, test } from 'vitest';
import { driverFaults, isPostgresRefusal, sqlState, withoutValues } from '../src/driver-faults.js';

const fault = (code: string, severity?: string, message = '…'): Error =>
  Object.assign(new Error(message), { code, ...(severity !== undefined && { severity }) });

test.each([
  ['23505', 'ERROR', true],
  ['53100', 'ERROR', true],
  ['53100', 'FATAL', false],
  ['58030', 'PANIC', false],
  ['XX000', 'FATAL', false],
  ['42501', 'FATAL', false],
  ['40003', 'ERROR', false],
  ['08007', 'ERROR', false],
  ['57P01', 'FATAL', false],
  ['23505', undefined, true],
  ['57014', undefined, true],
  ['25P03', undefined, false],
  ['53100', undefined, false],
  ['08006', undefined, false],
  ['EPIPE', undefined, false],
])('P3: %s with severity %s: whether it promises that nothing was applied: %s', (code, severity, promises) => {
  expect(isPostgresRefusal(fault(code, severity))).toBe(promises);
  expect(driverFaults.postgres.isRefusal(fault(code, severity))).toBe(promises);
});

test('what the operating system says is no state of PostgreSQL', () => {
  expect(['EPIPE', '23505', 'PW003', 'ECONNRESET'].map((code) => sqlState(fault(code)))).toEqual([
    '',
    '23505',
    'PW003',
    '',
  ]);
});

test.each([
  'invalid input syntax for type integer: "s3cret"',
  'value "s3cret" is out of range for type bigint',
  'syntaxe en entrée invalide pour le type integer : « s3cret »',
  'ungültige Eingabesyntax für Typ integer: »s3cret«',
  'invalid byte sequence for encoding "UTF8": s3cret\ns3cret',
])('P12: %s tells no value, in its stack neither', (message) => {
  const error = withoutValues(fault('22P02', 'ERROR', message));
  expect(error).toMatchObject({ message: expect.not.stringContaining('s3cret'), code: '22P02' });
  expect(error).toMatchObject({ stack: expect.not.stringContaining('s3cret') });
});

test('P12: no row and no parameter is repeated beside the message', () => {
  const extra = { detail: 'Failing row contains (ann, s3cret).', where: "unnamed portal parameter $2 = 's3cret'" };
  expect(withoutValues(Object.assign(fault('23514', 'ERROR', 'violates check'), extra))).toMatchObject({
    message: 'violates check',
    detail: undefined,
    where: 'unnamed portal parameter …',
  });
});
