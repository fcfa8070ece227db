import { readFile } from 'node:fs/promises'
import type { FlowFileFault } from '@posthorn/server/flow-files'
import { UsageError } from './exit-codes.ts'

/** The text of a file, or of standard input. */
export async function readText(file: string): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** One a line, as editors read them, with the place as the API and the console name it. */
export function printFaults(file: string, kind: string, faults: readonly FlowFileFault[]): string {
  return faults
    .map(({ line, column, pointer, code, message }) => {
      const place = pointer === '' ? '' : `${pointer}: `
      return `${file}:${line}:${column}: ${kind}${place}${message} (${code})\n`
    })
    .join('')
}
