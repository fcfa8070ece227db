import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './markdown.ts'
import { startTour, TOUR_MS } from './tour.ts'

const guides = readdirSync(join(root, 'docs/receiving-from'))

test(
  'the guides for the ten systems that most people use make a listener and send to it as the system signs',
  { timeout: TOUR_MS },
  async () => {
    expect(guides).toHaveLength(10)
    await using tour = await startTour()
    await tour.begin('README.md')
    for (const guide of guides) expect(await tour.walk(`docs/receiving-from/${guide}`), guide).toBe(2)
  },
)
