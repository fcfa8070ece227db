/** Where something stands in an expression or in code, as people count. `at` is from 0. */
export function placeIn(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n')
  const column = `column ${lines.at(-1)!.length + 1}`
  return text.includes('\n') ? `line ${lines.length}, ${column}` : column
}
