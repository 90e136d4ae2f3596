/** Whoever asks: an address of their own for each request, so that no limit is the bottleneck. */
export interface BenchClient {
  readonly ip: string;
  readonly userAgent: string;
}

/** One way to carry out the operations that are compared, over the same tables as all the others. */
export interface Contestant {
  readonly name: string;
  begin(email: string, client: BenchClient): Promise<void>;
  /** Delivers what is due, and what follows from it, until nothing is. */
  deliver(): Promise<void>;
  confirm(token: string, password: string, client: BenchClient): Promise<void>;
  /** The tokens in the reset mails that were sent since the last call, oldest first. */
  takeTokens(): readonly string[];
}

/** The columns that a row has in every database, apart from how flags and numbers are written there. */
export const benchService = {
  id: 'default',
  name: 'Acme',
  url: 'https://acme.example',
  resetPage: 'https://acme.example/reset#token={{token}}',
  revokePage: 'https://acme.example/not-me#token={{token}}',
} as const;

export const emailOf = (user: number): string => `user${user}@example.com`;

/** One of sixteen million addresses. */
export const clientOf = (request: number): BenchClient => ({
  ip: `10.${(request >> 16) & 255}.${(request >> 8) & 255}.${request & 255}`,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
});
