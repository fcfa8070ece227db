import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** A colour of one theme, as linear red, green and blue. */
function colour(name: string, theme: 'light' | 'dark'): readonly number[] {
  const value = new RegExp(`--color-${name}: (.+);`).exec(tokens)?.[1]
  if (value === undefined) throw new Error(`there is no token --color-${name}`)
  const other = /^var\(--color-([\w-]+)\)$/.exec(value)?.[1]
  if (other !== undefined) return colour(other, theme)
  const [light, dark] = [...value.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)[^)]*\)/g)]
  const found = theme === 'light' ? light : dark
  if (found === undefined) throw new Error(`--color-${name} has no colour for ${theme}`)
  return linearOf(Number(found[1]), Number(found[2]), Number(found[3]))
}

/** OKLCH to linear sRGB, by the matrices of CSS Color 4. */
function linearOf(lightness: number, chroma: number, hue: number): readonly number[] {
  const angle = (hue * Math.PI) / 180
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clamp = (value: number): number => Math.min(1, Math.max(0, value))
  return [
    clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

function contrast(first: readonly number[], second: readonly number[]): number {
  const luminance = ([red = 0, green = 0, blue = 0]: readonly number[]): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue
  const [high, low] = [luminance(first), luminance(second)].sort((one, other) => other - one) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected']
const statuses = ['ok', 'wait', 'fail', 'idle']

const pairs: readonly (readonly [foreground: string, ground: string, least: number])[] = [
  ...['text', 'text-2', 'text-3', 'accent-text', ...statuses.map((status) => `${status}-text`)].flatMap((text) =>
    grounds.map((ground) => [text, ground, 4.5] as const),
  ),
  ...statuses.map((status) => [`${status}-text`, `${status}-tint`, 4.5] as const),
  ...['key', 'string', 'number', 'variable'].flatMap((hue) =>
    ['canvas', 'surface', 'raised', 'sunken'].map((ground) => [`code-${hue}`, ground, 4.5] as const),
  ),
  ['code-variable', 'code-variable-tint', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-danger', 'danger', 4.5],
  ...['edge', 'focus', 'accent-mark', 'chart', ...statuses.map((status) => `${status}-mark`)].map((mark) => [mark, 'surface', 3] as const),
  // In a chart they lie on each other; what waits is hatched besides.
  ['fail-mark', 'chart', 1.3],
  ...['wait', 'dns', 'connect', 'tls', 'ttfb', 'body'].map((phase) => [`phase-${phase}`, 'surface', 3] as const),
]

test.each(['light', 'dark'] as const)('C4: every pair of colours can be read in the %s theme', (theme) => {
  const faults = pairs.flatMap(([foreground, ground, least]) => {
    const found = contrast(colour(foreground, theme), colour(ground, theme))
    return found >= least ? [] : [`${foreground} on ${ground}: ${found.toFixed(2)}, ${least} asked`]
  })
  expect(faults).toEqual([])
})
