import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}.mjs`).href)
const [standard, hex] = await Promise.all([load('standard'), load('hex')])

for (const line of readFileSync(0, 'latin1').split('\n').filter(Boolean)) {
  const [family, secret, id, timestamp, signatures, now, body] = line.split(' ').map((field) => Buffer.from(field.slice(1), 'base64'))
  const prefix = family.toString() === 'hex' ? 'x-webhook' : family.toString()
  const headers = { [`${prefix}-id`]: `${id}`, [`${prefix}-timestamp`]: `${timestamp}`, [`${prefix}-signature`]: `${signatures}` }
  try {
    if (prefix === 'x-webhook') hex.verify(body, headers, `${secret}`, { now: Number(now) })
    else standard.verify(body, headers, `${secret}`, { family: prefix, now: Number(now) })
    process.stdout.write('verified\n')
  } catch (error) {
    // A body that verified and is no JSON: the table holds some.
    process.stdout.write(`${error instanceof SyntaxError ? 'verified' : error.message}\n`)
  }
}
