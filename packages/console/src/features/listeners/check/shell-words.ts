/** A command as a shell splits it: quotes, `$'...'` and lines that go on. What a shell would compute stays as it is written. */
export function shellWords(command: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  const add = (text: string): void => void (word = (word ?? '') + text)
  const end = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  for (const [whole, plain, single, escaped, double, other] of command.matchAll(
    /\\\r?\n|(\s+)|'([^']*)'|\$'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|\\?([\s\S])/g,
  )) {
    if (plain !== undefined) end()
    else if (single !== undefined) add(single)
    else if (escaped !== undefined)
      add(escaped.replaceAll(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, sign: string) => escape(sign)))
    else if (double !== undefined) add(double.replaceAll(/\\(\r?\n|["\\$`])/g, (_, sign: string) => (sign.endsWith('\n') ? '' : sign)))
    else if (other !== undefined) add(other)
    else if (!whole.startsWith('\\')) end()
  }
  end()
  return words
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' }

function escape(sign: string): string {
  return sign.length > 1 ? String.fromCharCode(Number.parseInt(sign.slice(1), 16)) : (letters[sign] ?? sign)
}
