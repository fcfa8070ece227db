interface Bar {
  readonly good: number
  readonly bad?: number
}

/** A row of bars, trouble at its base line. `label` says in words what it shows. */
export function Sparkline({
  bars,
  label,
  width = 128,
  height = 38,
}: {
  readonly bars: readonly Bar[]
  readonly label: string
  readonly width?: number
  readonly height?: number
}) {
  const most = Math.max(1, ...bars.map(({ good, bad = 0 }) => good + bad))
  const step = width / Math.max(1, bars.length)
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="shrink-0"
    >
      {bars.map(({ good, bad = 0 }, at) => {
        const total = ((good + bad) / most) * height
        const trouble = bad === 0 ? 0 : Math.max(1.5, (bad / most) * height)
        const x = at * step
        const wide = Math.max(1, step - 1)
        return (
          <g key={at}>
            <rect
              x={x}
              y={height - Math.max(total, 1)}
              width={wide}
              height={Math.max(total - trouble, total === 0 ? 1 : 0)}
              className="fill-chart"
              opacity={total === 0 ? 0.35 : 1}
            />
            {trouble > 0 && <rect x={x} y={height - trouble} width={wide} height={trouble} className="fill-fail-mark" />}
          </g>
        )
      })}
    </svg>
  )
}
