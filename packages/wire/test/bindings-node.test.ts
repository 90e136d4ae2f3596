import { testBinding } from './bindings-suite.js';
import { serverKinds } from './servers.js';

testBinding({ name: 'node:http', start: serverKinds.node });
testBinding({ name: 'Express 5', start: serverKinds.express5 });
testBinding({
  name: 'Express 4',
  start: serverKinds.express4,
  // It takes a second slash behind the mount's path for a part of that.
  seenBelow: (target) => target.replace(/^(http:\/\/[^/]*)?\/(?=\/)/, '$1'),
});
