import { devise } from './devise.js';
import { testExisting } from './suite.js';

testExisting('devise', devise);
