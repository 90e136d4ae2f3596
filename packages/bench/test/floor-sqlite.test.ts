import { sqliteDatabase } from '../src/sqlite-database.js';
import { describeFloors } from './honest-floor.js';

describeFloors(['statements'], async () => sqliteDatabase('NORMAL', 40));
