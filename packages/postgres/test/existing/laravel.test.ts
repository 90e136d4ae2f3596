import { laravel } from './laravel.js';
import { testExisting } from './suite.js';

testExisting('laravel', import.meta.url, laravel);
