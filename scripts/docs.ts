// `npm run docs`: writes the pages of docs/ that are made from the source, or hold files of it. `test/tidy/documents.test.ts` compares them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errors } from '../packages/contract/src/index.ts'
import { configurationPage } from '../packages/server/src/config/index.ts'
import { failureCatalogue, statusClassNextSteps, statusNextSteps } from '../packages/server/src/delivery/index.ts'
import { metrics, type Metric } from '../packages/server/src/platform/index.ts'
import { stepsPart } from './steps-part.ts'
import { systemsPage } from './systems-page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The generated pages: path from the root, and what must stand there. */
export const generatedPages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/configuration.md': configurationPage,
  'docs/errors.md': errorsPage,
  'docs/failures.md': failuresPage,
  'docs/flows.md': () => withSteps('docs/flows.md'),
  'docs/operations.md': () => withMetrics('docs/operations.md'),
  'docs/systems.md': systemsPage,
  'docs/receiving.md': () => withExamples('docs/receiving.md'),
}

/** A page written by hand, in which the code below each `<!-- examples/... -->` is the file of that name. */
function withExamples(page: string): string {
  const block = /^<!-- (examples\/\S+) -->\n```(\w+)\n[^]*?^```$/gm
  const filled = (_: string, path: string, language: string) =>
    `<!-- ${path} -->\n\`\`\`${language}\n${readFileSync(join(root, path), 'utf8')}\`\`\``
  return readFileSync(join(root, page), 'utf8').replaceAll(block, filled)
}

/** A page written by hand, in which the table of the metrics stands between its marks. */
function withMetrics(page: string): string {
  const rows = Object.entries<Metric>(metrics).map(
    ([name, { kind, help, label }]) => `| \`${name}\` | ${kind} | ${label ? `\`${label.name}\`: ${label.values}` : ''} | ${help} |`,
  )
  const table = ['| metric | kind | label | says |', '|---|---|---|---|', ...rows].join('\n')
  const marked = /(<!-- metrics -->\n)[^]*?(<!-- \/metrics -->)/
  return readFileSync(join(root, page), 'utf8').replace(marked, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
}

/** A page written by hand, in which the kinds of steps stand between their marks. */
function withSteps(page: string): string {
  const marked = /(<!-- steps -->\n)[^]*?(<!-- \/steps -->)/
  return readFileSync(join(root, page), 'utf8').replace(marked, (_, begin: string, end: string) => `${begin}${stepsPart()}${end}`)
}

function errorsPage(): string {
  const sorted = Object.entries(errors).sort(([one, { status: a }], [other, { status: b }]) => a - b || (one < other ? -1 : 1))
  const rows = sorted.map(([code, { status, retry, sentence }]) => `| \`${code}\` | ${status} | ${retry ? 'yes' : 'no'} | ${sentence} |`)
  return `# Errors

Generated from \`packages/contract/src/errors.ts\` by \`npm run docs\`; a test compares them.

Every error answers with one of these codes in \`code\`, which never changes its meaning. "Again" says whether the same call can succeed later.

| code | status | again | meaning |
|---|---|---|---|
${rows.join('\n')}
`
}

function failuresPage(): string {
  const codes = Object.entries(failureCatalogue).map(
    ([code, { sentence, nextStep, hopeless }]) => `| \`${code}\` | ${hopeless ? 'no' : 'yes'} | ${sentence} | ${nextStep} |`,
  )
  const statuses = Object.entries(statusNextSteps).map(([status, nextStep]) => `| \`http_${status}\` | ${nextStep} |`)
  const classes = Object.entries(statusClassNextSteps).map(([digit, nextStep]) => `| any other ${digit}xx | ${nextStep} |`)
  return `# Why a delivery failed

Generated from the catalogues in \`packages/server/src/platform/egress\` and \`packages/server/src/delivery\` by \`npm run docs\`; a test compares them.

Each attempt and each delivery that failed names its \`failure\` by one of these codes, with the reason and the next step in plain words. "Again" says whether it is
tried again by itself; what is not ends the delivery at once, and counts neither for the circuit nor for automatic disabling.

| code | again | reason | next step |
|---|---|---|---|
${codes.join('\n')}

## Statuses of the receiver

A response whose status does not count as success is tried again, except 410 of an endpoint. The reason names the status; that of a flow's \`send_webhook\` also what the receiver says in the \`message\` of its JSON.

| code | next step |
|---|---|
${[...statuses, ...classes].join('\n')}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, page] of Object.entries(generatedPages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), await page())
    console.log(`${path} written.`)
  }
}
