import { asUrl, testBinding } from './bindings-suite.js';
import { serverKinds } from './servers.js';

testBinding({ name: 'fetch', start: serverKinds.fetch, seen: asUrl });
testBinding({
  name: 'Hono',
  start: serverKinds.hono,
  // Its adapter for Node refuses a backslash by itself.
  seen: (target) => (target.includes('\\') ? null : asUrl(target)),
});
