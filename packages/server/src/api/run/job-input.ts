import { memberBytes } from '../message/member-bytes.ts'

/** The document and the first meta as they came: numbers keep all their digits, and the job can be run again. */
export function inputOf(
  document: string | undefined,
  meta: string,
  {
    entryId,
    chain = 1,
    trace = null,
  }: { readonly entryId?: string | undefined; readonly chain?: number; readonly trace?: string | null } = {},
): string {
  // First, where it is found without reading the rest.
  const place = `${chain === 1 ? '' : `"chain":${chain},`}${trace === null ? '' : `"trace":${JSON.stringify(trace)},`}`
  const entry = entryId === undefined ? '' : `"entryId":${JSON.stringify(entryId)},`
  return `{${place}${entry}${document === undefined ? '' : `"document":${document},`}"meta":${meta}}`
}

/** Only its bytes are looked for: a document of a megabyte beside it is not parsed. */
export function metaOf(input: string | null): string {
  return (input === null ? undefined : textOf(memberBytes(Buffer.from(input), 'meta'))) ?? '{}'
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}
