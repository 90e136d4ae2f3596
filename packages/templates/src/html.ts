import type { Block, Content } from './blocks.js';
import type { Catalogue } from './catalogue.js';

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (mark) => references[mark] ?? mark);

function blockHtml(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`;
    case 'code':
      return `<p dir="ltr" style="font-family: monospace; font-size: 1.5em">${escapeHtml(block.code)}</p>`;
    case 'link': {
      const url = escapeHtml(block.url);
      return `<p><a href="${url}">${escapeHtml(block.action)}</a></p>
<p style="overflow-wrap: anywhere">${escapeHtml(block.copyLink)}<br>${url}</p>`;
    }
  }
}

/**
 * A mail as an html document: readable without its few styles, one real link, nothing loaded from anywhere. Language and direction
 * stand on an inner element too, since many mail clients drop those of `html`.
 */
export function toHtml({ subject, blocks }: Content, { lang, dir }: Catalogue): string {
  const language = `lang="${escapeHtml(lang)}" dir="${dir}"`;
  const title = escapeHtml(subject);
  return `<!doctype html>
<html ${language}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
</head>
<body>
<div ${language} style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
<h1>${title}</h1>
${blocks.map(blockHtml).join('\n')}
</div>
</body>
</html>
`;
}
