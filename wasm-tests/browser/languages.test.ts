/**
 * The site and the elements in Chinese, chosen by the browser's language, by the link, or by the page around an
 * element.
 */
import { expect, test } from 'vitest'
import { address, handle, isJudged, until, waitFor } from './demo-page.js'
import { inChromiumFirst, variants } from './each-browser.js'
import { pageNames } from '../../web/demo/shared/site-pages.js'

/** Returns the texts of a page and its elements, without the texts that models read and generate. */
function saidBy(): string[] {
  const texts: string[] = []
  const ours = 'textarea, code, .token, [part=result], [part=texts], [part=tokens], .examples, .language, h1, script'
  const walk = (node: Node) => {
    if (node instanceof Element && (node.matches(ours) || node.matches('style'))) return
    if (node instanceof Text && node.textContent?.trim()) texts.push(node.textContent.trim())
    if (node instanceof Element && node.shadowRoot) walk(node.shadowRoot)
    node.childNodes.forEach(walk)
  }
  walk(document.body)
  return texts
}

/** Words of the elements in English, which a Chinese page must not show. */
const ENGLISH =
  /\b(Stop|Save|Settings|Layer|layer|head|Write|Written|Read|query|key|mean|linear|weights|tokens|Model)\b/

inChromiumFirst('the site in Chinese', (running) => {
  const quick: readonly string[] = ['index', 'translate', 'dates', 'playground']
  test.each(
    variants<string>(
      quick,
      pageNames.filter((name) => !quick.includes(name))
    )
  )(
    '%s has no text in English',
    async (name) => {
      const { page, complaints } = await running.browser.open({ width: 1440 })
      await page.goto(`${running.site.origin}/${name}.zh.html`)
      expect(await page.$eval('html', (html) => html.lang)).toBe('zh-Hans')
      expect(await page.title()).toMatch(/^Attenscope：\p{Script=Han}/u)
      // The words of the control appear when its catalogue has loaded.
      if (name !== 'own') await waitFor(page, 'main >>> button')
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const said = await page.evaluate(saidBy)
      expect(said.length).toBeGreaterThan(10)
      expect(said.filter((text) => ENGLISH.test(text))).toEqual([])
      expect(said.filter((text) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(8)
      expect(complaints).toEqual([])
      await page.close()
    },
    60_000
  )

  test('the link to the other language keeps the text and the view', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(address(running.site.origin, { text: 'A dull film.' }, '', 'sentiment.html'))
    await until(page, 'the judgement', isJudged)
    await Promise.all([page.waitForNavigation(), page.$eval('a.language', (link) => link.click())])
    const seen = await until(page, 'the same text', ({ tokens }) => tokens.join('').includes('dull'))
    expect(new URL(page.url()).pathname).toBe('/sentiment.zh.html')
    const chinese = await until(page, 'the verdict', ({ status }) => /。$/.test(status))
    expect(chinese.status).toMatch(/^负面，[\d.]+\s%。$/)
    expect(seen.tokens.join('')).toContain('dull')
    await Promise.all([page.waitForNavigation(), page.$eval('a.language', (link) => link.click())])
    await until(page, 'English again', isJudged)
    expect(new URL(page.url()).pathname).toBe('/sentiment.html')
    await page.close()
  }, 60_000)

  test('an element follows the language of the page around it', async () => {
    const { page } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/gallery.html?only=story`)
    const keep = await handle(page, 'attn-matrix', '[part=keep] summary')
    const said = () => keep.evaluate((node) => node.textContent?.trim())
    await expect.poll(said).toBe('Save …')
    await page.$eval('html', (html) => (html.lang = 'zh-TW'))
    await expect.poll(said, { timeout: 10_000 }).toBe('保存…')
    await page.$eval('html', (html) => (html.lang = 'de'))
    await expect.poll(said).toBe('Save …')
    await page.close()
  }, 60_000)
})

inChromiumFirst('a reader', (running) => {
  /** Opens a page in a browser that reports these languages. */
  async function openAs(languages: readonly string[], path: string): Promise<string> {
    const { page } = await running.browser.open({ width: 390 })
    await page.evaluateOnNewDocument((tags) => {
      Object.defineProperty(navigator, 'languages', { get: () => tags })
    }, languages)
    await page.goto(`${running.site.origin}/${path}`)
    await waitFor(page, 'a.language')
    const { pathname, hash } = new URL(page.url())
    await page.close()
    return pathname + hash
  }

  test('a browser that prefers Chinese opens the Chinese page, unless the link names a language', async () => {
    expect(await openAs(['fr', 'zh-CN', 'en'], '#seed=3')).toMatch(/^\/index\.zh\.html#.*seed=3/)
    expect(await openAs(['en-GB', 'zh-CN'], '')).toMatch(/^\/(#|$)/)
    expect(await openAs(['zh-CN'], 'index.html')).toMatch(/^\/index\.html/)
    expect(await openAs(['en'], 'index.zh.html')).toMatch(/^\/index\.zh\.html/)
  }, 60_000)
})
