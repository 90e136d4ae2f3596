import { crashChild } from '@pwreset/conformance';
import { crashDatabase } from './crash-database.js';

await crashChild(crashDatabase);
