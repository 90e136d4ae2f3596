const hosts = /\btarball:|\bgit\+|\b[a-z]+:\/\/|\bregistr(?:y|ies)\s*[:=]|\bcodeload\b/i;

/**
 * Lines that name where a package comes from. The registry is the installer's own affair: a lock file that names one
 * works nowhere else.
 * @param {string} name
 * @param {string} text
 * @returns {string[]}
 */
export function hostProblems(name, text) {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => hosts.test(line))
    .map(({ line, number }) => `${name}:${number}: ${line.trim().slice(0, 100)}`);
}
