import type { Block } from './blocks.js';

function blockText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return block.text;
    case 'list':
      return block.items.join('\n');
    case 'code':
      return block.code;
    case 'link':
      return block.url;
  }
}

/** The plain text of a mail: paragraphs apart, the URL whole on a line of its own. */
export const toText = (blocks: readonly Block[]): string => `${blocks.map(blockText).join('\n\n')}\n`;
