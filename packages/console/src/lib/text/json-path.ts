/** A part of an object as it is written in a path: `.id`, or `['a name']`. */
export function nameInPath(name: string): string {
  if (/^[A-Za-z_][\w-]*$/.test(name)) return `.${name}`
  return name.includes("'") ? `["${name}"]` : `['${name}']`
}

/**
 * The path that reads what stands in a line of JSON, which is laid out as `prettyJson` does: one value a line. Of the line that closes
 * an object or a list, the path of that.
 */
export function pathOfLine(root: string, lines: readonly string[], at: number): string {
  const open: { readonly path: string; items: number | undefined }[] = []
  let path = root
  for (let line = 0; line <= at; line++) {
    const text = (lines[line] ?? '').trim()
    if (text.startsWith('}') || text.startsWith(']')) {
      path = open.pop()?.path ?? root
      continue
    }
    const key = /^("(?:[^"\\]|\\.)*"): /.exec(text)?.[1]
    path = pathIn(open.at(-1), key) ?? root
    const end = text.at(-1)
    if (end === '{') open.push({ path, items: undefined })
    else if (end === '[') open.push({ path, items: 0 })
  }
  return path
}

function pathIn(parent: { readonly path: string; items: number | undefined } | undefined, key: string | undefined): string | undefined {
  if (parent === undefined) return undefined
  if (parent.items !== undefined) return `${parent.path}[${parent.items++}]`
  return key === undefined ? undefined : parent.path + nameInPath(JSON.parse(key) as string)
}
