import { authJsDrizzle } from './auth-js.js';
import { testExisting } from './suite.js';

testExisting('auth-js-drizzle', authJsDrizzle);
