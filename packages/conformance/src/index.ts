export { testFlows } from './flows.js';
