/** The page that reads dates while the reader types, in English and in Chinese. */
import { expect, test } from 'vitest'
import { checkPage, isDone, opened, type, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

inChromiumFirst('the dates page', (running) => {
  test('the page runs without user action, errors or requests to other sites', async () => {
    const tab = await opened(running.browser, `${running.site.origin}/dates.html`, isDone)
    await checkPage(tab, running.site.origin, 'Dates')
    await tab.screenshot('dates')
    await tab.page.close()
  }, 60_000)

  test('a date is read while it is typed, in English and in Chinese', async () => {
    const tab = await opened(running.browser, `${running.site.origin}/dates.html`, isDone)
    expect(tab.seen.result).toBe('1998-11-21')
    await type(tab.page, 'attn-translate', 'March 5, 2019')
    await until(tab.page, 'the date', ({ result }) => result === '2019-03-05')
    const examples = await tab.page.$$('attn-translate >>> .examples button')
    await examples[2]?.click()
    const chinese = await until(tab.page, 'the Chinese date', (seen) => seen.result === '2008-08-08' && isDone(seen))
    expect(chinese.tokens.join('')).toContain('2008年8月8日')
    await tab.screenshot('dates-chinese')
    await tab.page.close()
  }, 60_000)
})
