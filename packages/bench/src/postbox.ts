/** What is left of a mail: the mailer of every contestant hands over nothing and keeps the link. */
export interface Letter {
  readonly messageId: string;
  readonly to: string;
  readonly url: string;
}

export interface Postbox {
  send(letter: Letter): Promise<void>;
  takeTokens(): readonly string[];
}

export function postbox(): Postbox {
  let urls: string[] = [];
  return {
    async send({ url }) {
      urls.push(url);
    },
    takeTokens() {
      const taken = urls;
      urls = [];
      return taken.map((url) => url.slice(url.indexOf('=') + 1));
    },
  };
}
