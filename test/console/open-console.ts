import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startChromium } from '../support/chromium.ts'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Environment, type Product } from '../support/product.ts'

const PASSWORD = 'four words in a row'

/** A server of its own with its first owner signed in, in a real browser. */
export interface OpenConsole {
  readonly product: Product
  readonly browser: Browser
  /** The owner's. */
  readonly signedIn: BrowserContext
  /** At `localhost`, whose cookie the owner has. */
  readonly url: string
  /** Somebody else of a role, in a browser of their own. */
  signInAs(role: 'operator' | 'viewer'): Promise<{ readonly context: BrowserContext; close(): Promise<void> }>
  close(): Promise<void>
}

export async function openConsole(environment: Environment = {}, engine: 'sqlite' | 'postgres' = 'sqlite'): Promise<OpenConsole> {
  const database = engine === 'postgres' ? await freshDatabase() : undefined
  const product = await createProduct({ databaseUrl: database?.url })
  await product.start(environment)
  const browser = await startChromium()
  const url = `http://localhost:${product.port}`
  const viewport = { width: 1440, height: 900 }
  const signedIn = await browser.newContext({ viewport })
  const page = await signedIn.newPage()
  await page.goto(`${url}${/\/welcome#\S+/.exec(product.log())![0]}`)
  await fillWelcome(page, 'Ines Kowalski', 'ines@lindqvist.example')
  await page.close()
  return {
    ...{ product, browser, signedIn, url },
    async signInAs(role) {
      const { link } = await product.api<{ link: string }>('POST', '/member', {
        email: `${role}@lindqvist.example`,
        name: `A ${role}`,
        role,
      })
      const other = await startChromium()
      const context = await other.newContext({ viewport })
      const page = await context.newPage()
      await page.goto(link.replace('127.0.0.1', 'localhost'))
      await fillWelcome(page, role === 'viewer' ? 'Vera Sand' : 'Oskar Lind')
      await page.close()
      return { context, close: () => other.close() }
    },
    async close() {
      await browser.close()
      await product.remove()
      await database?.drop()
    },
  }
}

async function fillWelcome(page: Page, name: string, email?: string): Promise<void> {
  page.setDefaultTimeout(60_000)
  if (email !== undefined) await page.getByLabel('Email').fill(email)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Set a password').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  // The first owner sees the first minute before.
  if (email !== undefined) await page.getByRole('link', { name: 'Skip to the console' }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
}
