export {
  type ExpressRequest,
  type PwresetExpressOptions,
  type PwresetMiddleware,
  pwresetExpress,
} from './pwreset-express.js';
export type { MaybeParsed } from './read-body.js';
