import { inject } from 'vitest';
import { postgresDatabase } from '../src/postgres-database.js';
import { describeFloors } from './honest-floor.js';

describeFloors(['statements', 'one call'], () => postgresDatabase(inject('benchServerUrl'), 40));
