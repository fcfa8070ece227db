import { CopyIcon } from '../../../ui/copy-button.tsx'
import type { Builder } from '../builder.ts'
import type { Step } from '../model/definition.ts'

interface Variable {
  readonly path: string
  readonly value: string
}

const DEPTH_MAX = 4
const ROWS_MAX = 60

/** What a step can read: the request, and what the steps before it made. A click copies the variable. */
export function Variables({
  before,
  sample,
  result,
}: {
  readonly before: readonly Step[]
  readonly sample: unknown
  readonly result: Builder['result']
}) {
  const body = result?.trigger.body ?? sample
  const made = before.flatMap(({ id }) => {
    const record = result?.steps.find((step) => step.id === id)
    const paths = pathsOf(record?.output, `steps.${id}.output`)
    return paths.length > 0 ? paths : [{ path: `steps.${id}.output`, value: '' }]
  })
  const rows = [...pathsOf(body, 'body'), ...made].slice(0, ROWS_MAX)
  return (
    <details className="border-t border-line pt-3">
      <summary className="min-h-6 cursor-pointer font-medium text-text-2">Variables</summary>
      <ul className="flex flex-col pt-2">
        {rows.map(({ path, value }) => (
          <li key={path} className="flex min-h-7 items-center gap-2">
            <code className="shrink-0 rounded-sm bg-code-variable-tint px-1.5 py-0.5 font-mono text-xs font-medium text-code-variable">
              {path}
            </code>
            <span className="clip flex-1 font-mono text-xs text-text-3">{value}</span>
            <CopyIcon text={`{{ ${path} }}`} label={`Copy {{ ${path} }}`} />
          </li>
        ))}
        {rows.length === 0 && <li className="text-text-2">Run with sample once, and what arrives stands here.</li>}
      </ul>
    </details>
  )
}

/** The leaves of a value by the path that reads them. */
function pathsOf(value: unknown, path: string, depth = 0): readonly Variable[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object' || depth >= DEPTH_MAX) return [{ path, value: JSON.stringify(value).slice(0, 60) }]
  const entries = Array.isArray(value)
    ? value.slice(0, 1).map((item, at) => [`[${at}]`, item] as const)
    : Object.entries(value).map(([name, item]) => [nameInPath(name), item] as const)
  return entries.flatMap(([name, item]) => pathsOf(item, `${path}${name}`, depth + 1))
}

const nameInPath = (name: string): string => (/^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)
