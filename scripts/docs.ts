// `npm run docs`: writes the pages of docs/ that are made from the source. `test/tidy/documents.test.ts` compares them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errors } from '../packages/contract/src/index.ts'
import { configurationPage } from '../packages/server/src/config/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The generated pages: path from the root, and what must stand there. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': configurationPage,
  'docs/errors.md': errorsPage,
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, page] of Object.entries(generatedPages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), page())
    console.log(`${path} written.`)
  }
}
