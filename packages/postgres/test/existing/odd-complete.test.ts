import { complete } from './odd.js';
import { testExisting } from './suite.js';

testExisting('odd-complete', import.meta.url, complete, { routine: false });
