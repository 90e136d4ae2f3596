import { django } from './django.js';
import { testExisting } from './suite.js';

testExisting('django', import.meta.url, django);
