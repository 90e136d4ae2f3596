import { complete } from './odd.js';
import { testExisting } from './suite.js';

testExisting('complete', complete);
