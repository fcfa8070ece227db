/** What a listener says beside its secrets, by the names that its system gives. */
export type Settings = Readonly<Record<string, string>>

/** `{setting:x}`, alone in a text of a system's data, is what the listener says of it. */
export function replaceSetting(text: string, settings: Settings = {}): string {
  const name = /^\{setting:([^{}]+)\}$/.exec(text)?.[1]
  return name === undefined ? text : (settings[name] ?? '')
}
