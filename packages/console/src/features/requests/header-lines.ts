/** Headers as lines of a text. */
export function headerLines(headers: readonly (readonly [name: string, value: string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}

/** Back again: values by name, several where a name comes more than once; or what is wrong with a line. */
export function headersOfLines(text: string): Readonly<Record<string, readonly string[]>> | string {
  const headers = new Map<string, string[]>()
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    if (name === '') return `Line ${at + 1} is no header: write a name, a colon and its value.`
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return Object.fromEntries(headers)
}
