import { type Pwreset, PwresetError, type ServiceId, serviceId, type UserId } from '@pwreset/core';
import type { Arrival, Caller } from './dialect.js';
import { RequestRefused } from './failure.js';
import type { IamOptions } from './iam-options.js';
import type { HeaderDocs } from './route-docs.js';

/** The service that the X-App-Name header selects. */
export interface CalledApp {
  readonly service: ServiceId;
}

export interface CalledBySignedIn extends CalledApp {
  readonly userId: UserId;
}

const appName: HeaderDocs = {
  name: 'X-App-Name',
  summary: 'Selects the service; the default one where it is empty or left out',
  example: '',
};

/**
 * Stands for a name that is nobody's. No service has this id, so every flow ends as it does in the name of a service that is
 * not there: a reset URL is on no allow-list, a code is wrong, and nothing tells the name apart from one without that user.
 */
const noService = serviceId('');

/** What an id may be, and no more of a header than that. */
const isName = (name: string): boolean => /^\P{Cc}{1,200}$/u.test(name) && name.isWellFormed();

function calledApp({ pwreset, request }: Arrival<Pwreset>, { service, apps }: IamOptions): CalledApp {
  const value = request.headers['x-app-name'] ?? '';
  // Which of two names is meant, nobody can tell.
  if (typeof value !== 'string') return { service: noService };
  const name = value.trim();
  if (name === '') return { service: service ?? pwreset.defaultService ?? noService };
  if (apps === undefined) return { service: isName(name) ? serviceId(name) : noService };
  return { service: (Object.hasOwn(apps, name) ? apps[name] : undefined) ?? noService };
}

/** Anyone, in the name of the service that the header selects. */
export const anyone = (options: IamOptions): Caller<Pwreset, CalledApp> => ({
  scheme: 'anyone',
  docs: { headers: [appName] },
  identify: async (arrival) => calledApp(arrival, options),
});

/**
 * The signed-in user whom the path names. Whoever names another one hears that there is no such user, whether there is or not and
 * before anything is looked up: RFC 9110, section 15.5.4, has 404 for what a caller must not even know to be there.
 */
export const signedInUser = (
  options: IamOptions,
  currentUser: NonNullable<IamOptions['currentUser']>,
): Caller<Pwreset, CalledBySignedIn> => ({
  scheme: 'signed_in_user',
  docs: {
    security: {
      name: 'session',
      required: true,
      definition: {
        type: 'http',
        scheme: 'bearer',
        description: "The application's own session, by bearer token or by cookie, as the application knows it.",
      },
    },
    headers: [appName],
  },
  identify: async (arrival) => {
    const { request, params } = arrival;
    const userId = await currentUser(request);
    // An application in JavaScript may well answer `undefined`.
    if (!userId) throw new RequestRefused({ kind: 'unauthenticated', challenge: 'Bearer realm="pwreset"' });
    if (params['userId'] !== userId) throw new PwresetError('user_not_found', 'the signed-in user has another id');
    return { ...calledApp(arrival, options), userId };
  },
});
