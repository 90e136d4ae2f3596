export { type PwresetHonoOptions, pwresetHono } from './pwreset-hono.js';
