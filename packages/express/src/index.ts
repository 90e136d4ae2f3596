export { type ExpressRequest, type PwresetMiddleware, pwresetExpress } from './pwreset-express.js';
export type { MaybeParsed } from './read-body.js';
