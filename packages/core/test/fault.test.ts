import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StorageUnavailable } from '../src/errors.js';
import { describeFault } from '../src/fault.js';
import { tokenId } from '../src/ids.js';
import { newKeyValue } from '../src/key-value.js';
import { keyRing } from '../src/secrets.js';
import { systemRandom } from '../src/system-clock.js';
import { deriveLinkToken } from '../src/tokens.js';
import { anyText, duration, secret } from './fixtures.js';

const link = deriveLinkToken(keyRing(secret).current, 'reset', tokenId('0123456789abcdefghjk'));
const key = newKeyValue(systemRandom);
const messageOf = (message: string): string => describeFault(new Error(message)).message;

describe('describeFault', () => {
  test('an error is its name, code and message', () => {
    const error = Object.assign(new RangeError('550 mailbox unavailable'), { code: 'EENVELOPE' });
    expect(describeFault(error)).toEqual({ name: 'RangeError', code: 'EENVELOPE', message: '550 mailbox unavailable' });
    expect(describeFault(new StorageUnavailable())).toMatchObject({ name: 'StorageUnavailable', code: 'unavailable' });
  });

  test.each([
    ['an address', 'no mailbox ann.lee@mail.example.com here', 'no mailbox a***@***.com here'],
    ['an address in a URL', 'GET /reset?email=ann.lee%40example.com&x=1', 'GET /***@***.com&x=1'],
    ['a token', `bad token ${link}.`, 'bad token ***.'],
    ['a token in capitals', `bad token ${link.toUpperCase()}`, 'bad token ***'],
    ['a key', `bad key "${key}"`, 'bad key "***"'],
    ['a link', `sent https://acme.example/reset#token=${link} twice`, 'sent *** twice'],
    ['a link in capitals', 'HTTPS://ACME.EXAMPLE/?T=1', '***'],
    ['the password of a database', 'cannot reach postgres://app:hunter2@db.example:5432/x now', 'cannot reach *** now'],
    ['a password hash', 'row ($argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA) fails', 'row (*** fails'],
    ['a bcrypt hash', 'row $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'row ***'],
    ['a second line', 'one\r\ntwo\nthree\0four', 'one two three four'],
    ['line separators', 'one\u2028two\u2029three\u0085four', 'one two three four'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200bd', 'a b c d'],
    ['escape sequences', 'a\u001b[31mb', 'a [31mb'],
  ])('%s is masked', (_, message, masked) => {
    expect(messageOf(message)).toBe(masked);
  });

  test('name and code are masked as well', () => {
    const error = { name: `X\n${link}`, code: 'ann@example.com\r\n', message: '' };
    expect(describeFault(error)).toEqual({ name: 'X ***', code: 'a***@***.com ', message: '' });
  });

  test.each([
    ['a text', 'plain', { name: 'Error', code: null, message: 'plain' }],
    ['a number', 42, { name: 'Error', code: null, message: '42' }],
    ['nothing', undefined, { name: 'Error', code: null, message: '' }],
    ['null', null, { name: 'Error', code: null, message: '' }],
    ['a symbol', Symbol('x'), { name: 'Error', code: null, message: '' }],
    ['a function', () => 1, { name: 'Error', code: null, message: '' }],
    ['an empty object', {}, { name: 'Error', code: null, message: '' }],
    ['no prototype', Object.assign(Object.create(null), { message: 'm' }), { name: 'Error', code: null, message: 'm' }],
    [
      'parts that are no texts',
      { name: {}, code: [], message: Symbol('x') },
      { name: 'Error', code: null, message: '' },
    ],
    ['a code that is a number', { message: 'm', code: 550 }, { name: 'Error', code: '550', message: 'm' }],
  ])('%s can be thrown', (_, thrown, fault) => {
    expect(describeFault(thrown)).toEqual(fault);
  });

  test('the codes that it was told of, however they were written', () => {
    const codes = ['0A1B2C3D'];
    const message = 'Your code is 0A1B2C3D, 0a1b2c3d, 0A1B-2C3D or 0A 1B 2C 3D; see https://a.example/0A1B2C3D';
    expect(describeFault({ name: codes[0], code: codes[0], message }, codes)).toEqual({
      name: '***',
      code: '***',
      message: 'Your code is ***, ***, *** or ***; see ***',
    });
    expect(describeFault({ message: `${link.toUpperCase()} 0A1B2C3D` }, [...codes, link.slice(10, 18)]).message).toBe(
      '*** ***',
    );
    expect(messageOf('Your code is 0A1B2C3D')).toContain('0A1B2C3D');
  });

  test('an error whose parts throw is described too', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no');
      },
    });
    expect(describeFault(hostile)).toEqual({ name: 'Error', code: null, message: '' });
  });

  test('bounded, one line, well-formed, whatever comes', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 800 }), (text) => {
        const fault = describeFault({ name: text, code: text, message: text });
        for (const part of [fault.name, fault.code ?? '', fault.message]) {
          expect(part.isWellFormed()).toBe(true);
          expect(part).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
        expect(fault.message.length).toBeLessThanOrEqual(300);
        expect(fault.name.length).toBeLessThanOrEqual(60);
        expect((fault.code ?? '').length).toBeLessThanOrEqual(60);
      }),
    );
  });

  test('nothing is cut in the middle of a character', () => {
    expect(messageOf(`${'-'.repeat(299)}😀`)).toBe(`${'-'.repeat(299)}\ufffd`);
  });

  test('a megabyte takes linear time', () => {
    for (const unit of [
      'a',
      'zzzzzzzzzzzzzzzzzzzu',
      '@',
      'a@',
      '$',
      '$a',
      '$a$',
      ':',
      '://',
      'a://',
      '\0',
      ' ',
      '\u2028',
      '0',
    ]) {
      const message = unit.repeat(1_000_000 / unit.length);
      expect(duration(() => describeFault({ message }))).toBeLessThan(5_000);
    }
  });
});
