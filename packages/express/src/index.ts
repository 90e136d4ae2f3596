export {
  type ExpressRequest,
  type PwresetExpressOptions,
  type PwresetMiddleware,
  pwresetExpress,
} from './pwreset-express.js';
