import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A part of a page, as `outline.mjs` finds it. */
export interface Part {
  readonly name: string
  readonly x: number
  readonly width: number
  /** Size and weight of its letters. */
  readonly text: string
  /** The tokens that have the value of its colour. */
  readonly colour: readonly string[]
  readonly ground: readonly string[]
}

/** Another Chromium sets letters by a pixel or two otherwise, in each of a few words. */
const APART_PX_MAX = 6

const folder = fileURLToPath(new URL('../goldens', import.meta.url))
const pathOf = (screen: string): string => `${folder}/${screen}.txt`

const lineOf = ({ name, x, width, text, colour, ground }: Part): string =>
  [name, `${x}+${width}`, text, colour.join('='), ground.join('=')].join(' | ')

function partOf(line: string): Part {
  const [name, place, text, colour, ground] = line.split(' | ') as [string, string, string, string, string]
  const [x, width] = place.split('+').map(Number) as [number, number]
  return { name, x, width, text, colour: colour.split('='), ground: ground.split('=') }
}

/** Keeps how a screen is, in light, at each width. */
export function keepGolden(screen: string, widths: Readonly<Record<string, readonly Part[]>>): void {
  mkdirSync(folder, { recursive: true })
  const sections = Object.entries(widths).map(([width, parts]) => [`# ${width}`, ...parts.map(lineOf)].join('\n'))
  writeFileSync(pathOf(screen), `${sections.join('\n\n')}\n`)
}

/** How a screen was at a width; undefined where that was never kept. */
export function goldenOf(screen: string, width: number): readonly Part[] | undefined {
  if (!existsSync(pathOf(screen))) return undefined
  const sections = readFileSync(pathOf(screen), 'utf8').split('\n\n')
  const section = sections.find((text) => text.startsWith(`# ${width}\n`))
  return section?.trim().split('\n').slice(1).map(partOf)
}

/** What differs, part by part: places within a few pixels, colours by any token that they share, since the golden is of the light theme. */
export function differences(golden: readonly Part[], now: readonly Part[]): readonly string[] {
  const [before, after] = [golden.map(({ name }) => name), now.map(({ name }) => name)]
  if (before.join('\n') !== after.join('\n')) {
    const gone = before.filter((name) => !after.includes(name)).map((name) => `gone: ${name}`)
    const come = after.filter((name) => !before.includes(name)).map((name) => `come: ${name}`)
    return [...gone, ...come, ...(gone.length + come.length === 0 ? ['in another order, or more often'] : [])]
  }
  return golden.flatMap((was, at) => {
    const is = now[at]!
    const near = Math.abs(was.x - is.x) <= APART_PX_MAX && Math.abs(was.width - is.width) <= APART_PX_MAX
    const alike = was.text === is.text && shares(was.colour, is.colour) && shares(was.ground, is.ground)
    return near && alike ? [] : [`${lineOf(was)} is now ${lineOf(is)}`]
  })
}

const shares = (some: readonly string[], others: readonly string[]): boolean => some.some((one) => others.includes(one))
