import { devise } from './devise.js';
import { testExisting } from './suite.js';

testExisting('devise', import.meta.url, devise);
