export { type ExpressRequest, type PwresetMiddleware, pwresetExpress } from './pwreset-express.js';
