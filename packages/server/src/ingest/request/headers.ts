/** Header names in lower case to all their values, in order. Has no prototype, so a header named `__proto__` is only a name. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>

/** `raw` is Node's flat list: name, value, name, value. Node's own `headers` joins or drops what is given twice, and signatures must see it. */
export function readHeaders(raw: readonly string[]): Headers {
  const headers = Object.create(null) as Record<string, string[] | undefined>
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const values = headers[name]
    if (values === undefined) headers[name] = [raw[i + 1]!]
    else values.push(raw[i + 1]!)
  }
  return headers
}

/** The value of a header that must stand once. An empty value is a missing one. */
export function onlyHeader(headers: Headers, name: string): { readonly value: string } | 'missing' | 'repeated' {
  const values = headers[name]
  if (values === undefined || values.every((value) => value === '')) return 'missing'
  return values.length === 1 ? { value: values[0]! } : 'repeated'
}

/** The first value of a header that is only looked at, never trusted. */
export function firstHeader(headers: Headers, name: string): string | undefined {
  return headers[name]?.[0]
}
