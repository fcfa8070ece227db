/** Prints what the API answered: bytes as they are, JSON for programs, a table for people who look at a list. */
export function printAnswer(answer: unknown, { table }: { table: ((items: readonly unknown[]) => string) | undefined }): void {
  if (answer === undefined) return
  if (answer instanceof Uint8Array) process.stdout.write(answer)
  else if (table && isPage(answer)) printTable(answer, table)
  else process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
}

/** One item a line, for programs that read on while more come. */
export function printItem(item: unknown): void {
  process.stdout.write(`${JSON.stringify(item)}\n`)
}

/** What is about the table goes where it disturbs nobody who reads on. */
function printTable({ data, done, iterator }: Page, table: (items: readonly unknown[]) => string): void {
  process.stdout.write(table(data))
  if (data.length === 0) process.stderr.write('There is nothing in it.\n')
  if (done === false) process.stderr.write(`There is more: --iterator ${String(iterator)}, or --all.\n`)
}

interface Page {
  readonly data: readonly unknown[]
  /** Of what answers a page at a time. */
  readonly done?: boolean
  readonly iterator?: string | null
}

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && 'data' in answer && Array.isArray(answer.data)
}

/** What items are known by, in this order; a table has those that its items have. */
const columns = [
  'id',
  'uid',
  'n',
  'kind',
  'name',
  'email',
  'role',
  'key',
  'label',
  'title',
  'system',
  'flowName',
  'version',
  'ok',
  'status',
  'statusText',
  'state',
  'responseStatusCode',
  'replyStatus',
  'code',
  'attempts',
  'matched',
  'count',
  'lastFailure',
  'errorCode',
  'reason',
  'action',
  'actor',
  'target',
  'section',
  'category',
  'note',
  'method',
  'path',
  'suffix',
  'url',
  'eventType',
  'publishedVersion',
  'access',
  'last4',
  'signing',
  'size',
  'deliveriesPerHour',
  'durationMs',
  'timestamp',
  'firstSeen',
  'at',
  'startedAt',
  'createdAt',
  'receivedAt',
  'expiresAt',
]
const WIDTH_MAX = 60

/** Text in columns, under their names; what has no parts, one a line. */
export function tableOf(items: readonly unknown[]): string {
  if (items.some((item) => typeof item !== 'object')) return items.map((item) => `${cell(item)}\n`).join('')
  const rows = items as readonly Readonly<Record<string, unknown>>[]
  const shown = columns.filter((column) => rows.some((row) => row[column] !== undefined && row[column] !== null))
  if (shown.length === 0) return ''
  const lines = [shown, ...rows.map((row) => shown.map((column) => cell(row[column])))]
  const widths = shown.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  return lines
    .map(
      (line) =>
        `${line
          .map((text, i) => text.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? value.name : undefined
}

/** A terminal acts on control characters, and senders choose some of what stands here. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '-'
  const text = (typeof value === 'string' ? value : (nameOf(value) ?? JSON.stringify(value))).replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')
  return text.length > WIDTH_MAX ? `${text.slice(0, WIDTH_MAX - 1)}…` : text
}
