import { quoted } from './odd.js';
import { testExisting } from './suite.js';

testExisting('quoted', quoted);
