import { betterAuthAdmin } from './better-auth.js';
import { testExisting } from './suite.js';

testExisting('better-auth-admin', import.meta.url, betterAuthAdmin);
