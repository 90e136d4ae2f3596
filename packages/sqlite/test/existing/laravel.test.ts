import { laravel } from './laravel.js';
import { testExisting } from './suite.js';

testExisting('laravel', laravel);
