/** One line of a comparison. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Beyond it a comparison would hold the page; what differs is then shown as all removed and all added. */
const CELLS_MAX = 4_000_000

/** Which lines went and which came, by the longest sequence that both have. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [left, right] = [before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n')]
  let head = 0
  while (head < left.length && head < right.length && left[head] === right[head]) head++
  let tail = 0
  while (tail < left.length - head && tail < right.length - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [
    ...same(left.slice(0, head)),
    ...differing(left.slice(head, left.length - tail), right.slice(head, right.length - tail)),
    ...same(left.slice(left.length - tail)),
  ]
}

function differing(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
  if (left.length * right.length > CELLS_MAX) {
    return [...left.map((text) => ({ kind: 'removed' as const, text })), ...right.map((text) => ({ kind: 'added' as const, text }))]
  }
  const width = right.length + 1
  // How many lines the rest of both have in common, from each pair of places on.
  const common = new Uint32Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      common[i * width + j] =
        left[i] === right[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push({ kind: 'same', text: left[i]! })
      i++
      j++
    } else if (j >= right.length || (i < left.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      lines.push({ kind: 'removed', text: left[i++]! })
    else lines.push({ kind: 'added', text: right[j++]! })
  }
  return lines
}
