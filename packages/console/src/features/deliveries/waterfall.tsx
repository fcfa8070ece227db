import { duration } from '../../lib/time.ts'
import type { Attempt } from './queries.ts'

const phases = [
  { field: 'waitMs', name: 'Wait', look: 'bg-phase-wait' },
  { field: 'dnsMs', name: 'DNS', look: 'bg-phase-dns' },
  { field: 'connectMs', name: 'Connect', look: 'bg-phase-connect' },
  { field: 'tlsMs', name: 'TLS', look: 'bg-phase-tls' },
  { field: 'firstByteMs', name: 'First byte', look: 'bg-phase-ttfb' },
  { field: 'bodyMs', name: 'Body', look: 'bg-phase-body' },
] as const

const connecting: ReadonlySet<string> = new Set(['dnsMs', 'connectMs', 'tlsMs'])

/** Where the time of an attempt went, on one axis. A reused connection has no DNS, connect or TLS, and says so. */
export function Waterfall({ phases: took, total }: { readonly phases: Attempt['phases']; readonly total: number }) {
  const rows = phases.map((phase) => ({ ...phase, ms: Number(took[phase.field] ?? 0) }))
  const whole = Math.max(
    total,
    rows.reduce((sum, { ms }) => sum + ms, 0),
    0.001,
  )
  const reused = took['reused'] === true || took['connectionReused'] === true
  // After the phase that failed nothing was done any more.
  const last = rows.findLastIndex(({ ms }) => ms > 0)
  const shown = rows.filter(({ field, ms }, at) => at <= last && (ms > 0 || !(reused && connecting.has(field))))
  let at = 0
  return (
    <table aria-label="Phases" className="w-full table-fixed text-xs">
      <colgroup>
        <col className="w-[74px]" />
        <col />
        <col className="w-[64px]" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th>Phase</th>
          <th>Share</th>
          <th>Time</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ field, name, look, ms }) => {
          const left = (at / whole) * 100
          at += ms
          return (
            <tr key={field} className="h-5">
              <th scope="row" className="text-left font-normal text-text-2">
                {name}
              </th>
              <td>
                <div className="relative h-2.5 bg-[linear-gradient(to_right,var(--color-line)_1px,transparent_1px)] [background-size:25%_100%]">
                  <span
                    className={`absolute top-0 h-2.5 min-w-0.5 rounded-sm ${look}`}
                    style={{ left: `${left}%`, width: `${(ms / whole) * 100}%` }}
                  />
                </div>
              </td>
              <td className="num text-right">{duration(ms)}</td>
            </tr>
          )
        })}
        <tr className="h-5">
          <th scope="row" className="text-left font-medium">
            Total
          </th>
          <td className="text-text-3">{reused ? 'over a connection that was open' : ''}</td>
          <td className="num text-right font-medium">{duration(last < 0 ? total : whole)}</td>
        </tr>
      </tbody>
    </table>
  )
}
