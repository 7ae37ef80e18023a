/** The page that classifies a text while the reader types, and shows the tokens with the highest weights. */
import { expect, test } from 'vitest'
import { checkPage, handle, isJudged, opened, type, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

inChromiumFirst('the sentiment page', (running) => {
  test('the page runs without user action, errors or requests to other sites', async () => {
    const tab = await opened(running.browser, `${running.site.origin}/sentiment.html`, isJudged)
    await checkPage(tab, running.site.origin, 'Sentiment')
    await tab.screenshot('sentiment')
    await tab.page.close()
  }, 60_000)

  test('the classification follows typing, and its tokens are ranked', async () => {
    const tab = await opened(running.browser, `${running.site.origin}/sentiment.html`, isJudged)
    expect(tab.seen.tokens.slice(0, 3).join('')).toBe('Not a bad')
    await type(tab.page, 'attn-classify', 'A wonderful, moving film.')
    const good = await until(
      tab.page,
      'the judgement',
      (seen) => isJudged(seen) && seen.tokens.join('').includes('film')
    )
    expect(good.status).toMatch(/^Positive/)
    await type(tab.page, 'attn-classify', 'A dull and tedious mess.')
    const bad = await until(tab.page, 'another', (seen) => isJudged(seen) && seen.tokens.join('').includes('mess'))
    expect(bad.status).toMatch(/^Negative/)
    await (await handle(tab.page, 'attn-classify', '.ranked button')).hover()
    const pointed = await until(tab.page, 'the mark', ({ marked }) => marked.length === 1)
    expect(pointed.caption).toMatch(/gets [\d.]+\s% of the attention/)
    await (await handle(tab.page, 'attn-classify', '.ranked button')).click()
    await tab.page.waitForFunction(() => /key=\d/.test(location.hash))
    await tab.page.reload()
    await until(tab.page, 'the word still held', ({ marked }) => marked.join() === pointed.marked.join())
    await tab.page.close()
  }, 60_000)
})
