/** How senders spell what they sign, where that is not how it arrives. */

/** HubSpot decodes these escapes of the URL that it signs, and no others. */
const DECODED: ReadonlyMap<string, string> = new Map([
  ...([
    ['%3A', ':'],
    ['%2F', '/'],
    ['%3F', '?'],
    ['%40', '@'],
    ['%21', '!'],
    ['%24', '$'],
    ['%27', "'"],
    ['%28', '('],
    ['%29', ')'],
    ['%2A', '*'],
    ['%2C', ','],
    ['%3B', ';'],
  ] as const),
])

export function decodedUri(url: string): string {
  return url.includes('%') ? url.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => DECODED.get(escape.toUpperCase()) ?? escape) : url
}

/** The fields of a form, sorted by name, each with its values behind it and nothing between: as Twilio signs them. */
export function sortedForm(form: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.keys(form)
    .toSorted()
    .map((name) =>
      [...new Set([form[name]!].flat())]
        .toSorted()
        .map((value) => name + value)
        .join(''),
    )
    .join('')
}
