import { Link, type LinkProps } from '@tanstack/react-router'
import { classNames } from '../../lib/class-names.ts'
import { duration } from '../../lib/time.ts'
import { StatusMark } from '../../ui/status.tsx'
import type { Run, Step } from './queries.ts'
import { useStepKind } from './step-kinds.ts'

interface Props {
  readonly run: Run
  readonly selected: string | undefined
  linkTo(step: string): LinkProps
}

/** The steps of a run on one axis of time. */
export function Timeline({ run, selected, linkTo }: Props) {
  const begin = Date.parse(run.createdAt)
  const whole = Math.max(1, run.durationMs ?? Date.now() - begin, ...run.steps.map((step) => endOf(step) - begin))
  return (
    <table aria-label="Steps" className="w-full table-fixed border-separate border-spacing-0 bg-surface">
      <colgroup>
        <col className="w-[15rem] desk:w-[17rem]" />
        <col />
        <col className="w-24" />
      </colgroup>
      <thead>
        <tr className="text-xs text-text-3">
          <th scope="col" className="h-[34px] border-b border-line px-gutter text-left font-medium">
            Step
          </th>
          <th scope="col" className="border-b border-line font-medium max-desk:hidden">
            <span className="num flex justify-between">
              {[0, 0.25, 0.5, 0.75, 1].map((part) => (
                <span key={part}>{part === 0 ? '0' : duration(whole * part)}</span>
              ))}
            </span>
          </th>
          <th scope="col" className="border-b border-line px-gutter text-right font-medium">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {run.steps.map((step) => (
          <StepRow key={step.id} step={step} on={step.id === selected} link={linkTo(step.id)} begin={begin} whole={whole} />
        ))}
      </tbody>
    </table>
  )
}

const endOf = (step: Step): number => Date.parse(step.startedAt) + step.durationMs

interface RowProps {
  readonly step: Step
  readonly on: boolean
  readonly link: LinkProps
  readonly begin: number
  readonly whole: number
}

function StepRow({ step, on, link, begin, whole }: RowProps) {
  const { label, icon: Icon } = useStepKind(step.kind)
  const left = Math.min(99.5, ((Date.parse(step.startedAt) - begin) / whole) * 100)
  const wide = (step.durationMs / whole) * 100
  const cell = classNames('h-[54px] border-b border-line', on && 'bg-selected')
  return (
    <tr className="group relative hover:[&>td]:bg-hover">
      <td className={classNames(cell, 'px-gutter')}>
        <Link
          {...link}
          aria-current={on ? 'true' : undefined}
          className="flex items-center gap-3 after:absolute after:inset-0 after:content-[''] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
            <Icon className="size-4" />
          </span>
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="clip font-medium">{step.id}</span>
            <span className="clip text-xs text-text-2">{label}</span>
          </span>
          <StatusMark status={step.status} />
        </Link>
      </td>
      <td className={classNames(cell, 'max-desk:hidden')}>
        <div className="relative h-4 bg-[linear-gradient(to_right,var(--color-line)_1px,transparent_1px)] [background-size:25%_100%]">
          <span
            className={classNames('absolute top-0 h-4 min-w-1 rounded-sm', step.status === 'KO' ? 'bg-fail-mark' : 'bg-accent-mark')}
            style={{ left: `${left}%`, width: `${Math.max(0.3, Math.min(wide, 100 - left))}%` }}
          />
        </div>
      </td>
      <td className={classNames(cell, 'num px-gutter text-right whitespace-nowrap')}>{duration(step.durationMs)}</td>
    </tr>
  )
}
