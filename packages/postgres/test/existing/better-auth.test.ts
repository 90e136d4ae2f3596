import { betterAuth } from './better-auth.js';
import { testExisting } from './suite.js';

testExisting('better-auth', import.meta.url, betterAuth);
