import { describeStepKinds, stepSections, type StepKindOut } from '../packages/contract/src/index.ts'

/** The kinds of steps as `docs/flows.md` tells them: a table of all, then each with its fields and an example. */
export function stepsPart(): string {
  const kinds = describeStepKinds()
  const rows = stepSections.flatMap((section) =>
    kinds
      .filter((one) => one.section === section)
      .map(({ kind, about, output }) => `| [\`${kind}\`](#${kind}) | ${section} | ${about} | ${output} |`),
  )
  const table = ['| `kind` | section | does | output |', '|---|---|---|---|', ...rows, '']
  return `${[...table, ...kinds.flatMap(partOf)].join('\n')}\n`
}

function partOf({ kind, label, about, fields, lists, example, more, output }: Omit<StepKindOut, 'sampleBody'>): string[] {
  const own = fields.map(({ name, about: shown, required, otherwise }) => {
    const without = required ? 'required' : otherwise === null ? '' : `\`${JSON.stringify(otherwise)}\``
    return `| \`${name}\` | ${without} | ${shown} |`
  })
  const steps = lists.map((name) => `| \`${name}\` | | Steps |`)
  const table = [...own, ...steps].length === 0 ? [] : ['| field | unless said | means |', '|---|---|---|', ...own, ...steps, '']
  return [
    `### ${kind}`,
    '',
    `${label}: ${about}. Output: ${output}.`,
    '',
    ...table,
    ...['```json', inLines(example), '```', ''],
    ...(more === null ? [] : [more, '']),
  ]
}

/** JSON as it stands in this page: on one line if it fits, else a line for each field. */
function inLines(example: StepKindOut['example']): string {
  const line = spaced(example)
  if (line.length <= LINE_MAX) return line
  return `{\n${Object.entries(example as object)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${spaced(value)}`)
    .join(',\n')}\n}`
}

const LINE_MAX = 150

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`)
    .join(', ')} }`
}
