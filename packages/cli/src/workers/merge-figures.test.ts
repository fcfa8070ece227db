import { expect, test } from 'vitest'
import { mergeFigures } from './merge-figures.ts'

const figures = (messages: number) => `# HELP posthorn_messages_total Messages that were kept.
# TYPE posthorn_messages_total counter
posthorn_messages_total ${messages}

# HELP posthorn_commits_total Group commits that were kept.
# TYPE posthorn_commits_total counter
posthorn_commits_total{kind="accept"} 3
posthorn_commits_total{kind="run"} 4
`

test("metrics of workers: each series has its worker's number, and those of one metric stand together", () => {
  const merged = mergeFigures(
    new Map([
      [1, figures(5)],
      [3, figures(7)],
    ]),
  )
  expect(merged).toBe(`# HELP posthorn_messages_total Messages that were kept.
# TYPE posthorn_messages_total counter
posthorn_messages_total{worker="1"} 5
posthorn_messages_total{worker="3"} 7

# HELP posthorn_commits_total Group commits that were kept.
# TYPE posthorn_commits_total counter
posthorn_commits_total{worker="1",kind="accept"} 3
posthorn_commits_total{worker="1",kind="run"} 4
posthorn_commits_total{worker="3",kind="accept"} 3
posthorn_commits_total{worker="3",kind="run"} 4
`)
})
