/** The page of licences lists every model of the site and every package whose code is in the site. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { languages } from '../../web/demo/shared/languages.js'
import { inBrowser } from './each-browser.js'

const running = inBrowser('chromium')
const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

test.each(languages)(
  '$tag: every model with the licence of its card, and every package in the site',
  async ({ suffix }) => {
    const { page, complaints } = await running.browser.open()
    await page.goto(`${running.site.origin}/index${suffix}`)
    // By keyboard: while the story grows, the link moves under a pointer.
    await page.focus(`.colophon a[href*=licences]`)
    await page.keyboard.press('Enter')
    await page.waitForSelector('main.licences table')
    const [models = [], packages = []] = await page.$$eval('table', (tables) =>
      tables.map((table) =>
        [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent ?? ''))
      )
    )
    expect(models.map(([name = '']) => name.split(' ')[0])).toEqual(readdirSync(root('models')).sort())
    for (const [name = '', licence = '', data] of models) {
      const card = readFileSync(root(`models/${name.split(' ')[0]}/README.md`), 'utf8')
      expect(card.toLowerCase()).toContain(`license: ${licence.toLowerCase().replaceAll(' ', '-')}`)
      expect(data).not.toBe('')
    }
    // Marks in the built code show which packages it contains.
    const texts = readdirSync(root('build/site/assets')).map((file) =>
      readFileSync(root(`build/site/assets/${file}`), 'utf8')
    )
    const marks = { 'lit-html': 'litHtmlVersions', '@csstools/color-helpers': '.3457', 'driver.js': 'driver-popover' }
    const names = packages.map(([name = '']) => name.slice(0, name.lastIndexOf(' ')))
    for (const [name, mark] of Object.entries(marks))
      if (texts.some((text) => text.includes(mark))) expect(names).toContain(name)
    expect(names).toEqual(
      expect.arrayContaining(['lit-html', '@huggingface/tokenizers', 'workbox-precaching', 'xsimd'])
    )
    expect(packages.every(([, licence]) => licence !== '')).toBe(true)
    // The full texts of the licences.
    const full = await page.evaluate(async () => (await fetch('./third-party.txt')).text())
    for (const [name] of packages) expect(full).toContain(`${name} (`)
    expect(full).toContain('Apache License')
    expect(full.startsWith('Attenscope\n\nMIT License')).toBe(true)
    expect(complaints).toEqual([])
    await page.close()
  }
)
