export type {
  Catalogue,
  CodeLetter,
  Letter,
  LinkedLetter,
  LinkedMailKind,
  LinkedMailValues,
  MailValues,
} from './catalogue.js';
export { cleanText } from './clean.js';
export { english } from './english.js';
export { mailRenderer, type RenderedMail, type RenderMail, renderMail } from './render.js';
