import { authJsPg } from './auth-js.js';
import { testExisting } from './suite.js';

testExisting('auth-js-pg', import.meta.url, authJsPg);
