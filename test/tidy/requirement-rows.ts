import { sourceFiles, titlesOf } from './source-files.ts'

/** R1 to R110: what the product must do. */
export const requirementRows = Array.from({ length: 110 }, (_, index) => `R${index + 1}`)

/** The rows that a title names, other tables' rows beside them or not: `R26: waits …`, `R26, R27: …`, `R72, F11: …`. */
export function rowsOfTitle(title: string): string[] {
  const named = /^((?:[A-Z]\d+(?:, | and )?)+):/.exec(title)?.[1]
  return named?.match(/\bR\d+/g) ?? []
}

/** Each row that the title of some test names, with a file that does. */
export function namedRows(): Map<string, string> {
  const files = sourceFiles().filter(({ path }) => /\.test\.tsx?$/.test(path) && !path.startsWith('test/tidy/'))
  return new Map(files.flatMap((file) => titlesOf(file).flatMap((title) => rowsOfTitle(title).map((row) => [row, file.path] as const))))
}
