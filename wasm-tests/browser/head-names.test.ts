/** Heads with a name show it in the grid, above the matrix, below the text and in the tooltip, in both languages. */
import { expect, test } from 'vitest'
import { address, handle, hoverToken, isDone, see, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

inChromiumFirst('names of heads', (running) => {
  test.each([
    ['index.html', 'previous word', /of its weight goes to the word before/],
    ['index.zh.html', '前一个词', /的权重给前一个词/]
  ])(
    '%s: a head that looks one word back is named so',
    async (file, name, meaning) => {
      const { page } = await running.browser.open({ width: 1440 })
      await page.goto(address(running.site.origin, { layer: 3, head: 2 }, '', file))
      if (file === 'index.html') await until(page, 'the end of the text', isDone)
      await expect.poll(async () => (await see(page)).matrixHead, { timeout: 20_000 }).toContain(name)
      const cell = '[data-layer="3"][data-head="2"]'
      await handle(page, 'attn-grid', `${cell}.named`)
      const title = await page.$eval(`attn-grid >>> ${cell}`, (node) => node.getAttribute('title'))
      expect(title).toContain(name)
      expect(title).toMatch(meaning)
      expect(await page.$eval('attn-grid >>> .caption', (node) => node.textContent)).toBe(title)
      // A head without a name has its number alone.
      const other = await page.$eval('attn-grid >>> [data-layer="3"][data-head="0"]', (node) => [
        node.getAttribute('title'),
        node.getAttribute('aria-label')
      ])
      expect(other[0]).toBe(other[1])
      await hoverToken(page, 8)
      await until(page, 'the sentence', ({ caption }) => caption.includes(name))
      await page.goto('about:blank')
      await page.goto(address(running.site.origin, { layer: 3, head: 2, token: 8, key: 7 }, '', file))
      await until(page, 'the tooltip', ({ tip }) => tip.includes(name) && /%/.test(tip))
      await page.close()
    },
    60_000
  )
})
