import { quoted } from './odd.js';
import { testExisting } from './suite.js';

testExisting('odd-quoted', import.meta.url, quoted);
