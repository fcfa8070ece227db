import { Link } from '@tanstack/react-router'
import { bytes } from '../../lib/amounts.ts'
import { visible } from '../../lib/visible.ts'
import type { RequestDetail } from './queries.ts'

/** What a multipart form brought: its fields, and its files, which are entries of the silo. */
export function FormView({ app, form }: { readonly app: string; readonly form: NonNullable<RequestDetail['form']> }) {
  const cell = 'border-b border-line px-3 py-2 align-top'
  return (
    <div role="region" aria-label="Form" tabIndex={0} className="overflow-x-auto rounded-md border border-line bg-surface">
      <table aria-label="Form" className="w-full border-separate border-spacing-0 text-left">
        <thead className="text-xs text-text-3">
          <tr>
            {['Field', 'Value', 'Type', 'Size'].map((head) => (
              <th key={head} scope="col" className={`${cell} font-medium`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {form.fields.map(([name, value], at) => (
            <tr key={at}>
              <th scope="row" className={`${cell} font-mono font-normal`}>
                {visible(name)}
              </th>
              <td colSpan={3} className={`${cell} break-all`}>
                <bdi>{visible(value)}</bdi>
              </td>
            </tr>
          ))}
          {form.files.map((file) => (
            <tr key={file.id}>
              <th scope="row" className={`${cell} font-mono font-normal`}>
                {visible(file.field)}
              </th>
              <td className={`${cell} break-all`}>
                <Link to="/a/$app/silo/$entry" params={{ app, entry: file.id }} className="text-accent-text hover:underline">
                  <bdi>{visible(file.name ?? 'a file without a name')}</bdi>
                </Link>
              </td>
              <td className={`${cell} font-mono`}>{visible(file.contentType)}</td>
              <td className={`${cell} num`}>{bytes(file.size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
