export { type ClientAddressInput, clientAddress } from './client-address.js';
export type {
  Answer,
  Arrival,
  Caller,
  CallerScheme,
  Dialect,
  DialectDocs,
  Exchange,
  FailureLook,
  Method,
  Route,
  RouteRow,
} from './dialect.js';
export { type Failure, type Issue, RequestRefused } from './failure.js';
export type { FaultListener, HttpFault } from './fault.js';
export { type BindingOptions, type FetchExchange, fetchBinding } from './fetch-binding.js';
export { type FetchHandler, type FetchHandlerOptions, fetchHandler } from './fetch-handler.js';
export type { Fields } from './fields.js';
export { createHandler, type Handler, type HandlerOptions } from './handler.js';
export { iam } from './iam.js';
export type { IamOptions } from './iam-options.js';
export type { InputSource, Repeat, Repeats } from './input.js';
export { type HttpBody, type HttpHeaders, type HttpRequest, type HttpResponse, maxBodyBytes } from './message.js';
export { native } from './native.js';
export type { NativeOptions } from './native-options.js';
export { type NodeExchange, nodeBinding } from './node-binding.js';
export { type NodeListener, type NodeListenerOptions, nodeListener } from './node-listener.js';
export { type OpenApiOptions, openApi } from './openapi.js';
export type {
  JsonSchema,
  OpenApiDocument,
  OpenApiMedia,
  OpenApiMethod,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPath,
  OpenApiResponse,
  OpenApiServer,
} from './openapi-document.js';
export type { OpenApiRoute } from './openapi-route.js';
export type { PathParams } from './path-pattern.js';
export { type ProblemOptions, problems } from './problem.js';
export { profile } from './profile.js';
export type { ProfileDescription, ProfileOptions } from './profile-options.js';
export { profileResetUrl } from './profile-url.js';
export { route } from './route.js';
export {
  type CallerDocs,
  type HeaderDocs,
  type RequestExample,
  type RouteDocs,
  type SecurityDocs,
  sampleValues,
} from './route-docs.js';
export { security } from './security.js';
export { type SecurityLinksOptions, securityLinks } from './security-links.js';
export type { SecurityOptions } from './security-options.js';
export type { ServiceOf } from './service-key.js';
export { sso } from './sso.js';
export { ssoLinks } from './sso-links.js';
export type { SsoOptions, SsoSession } from './sso-options.js';
export type { SessionToken } from './sso-wire.js';
