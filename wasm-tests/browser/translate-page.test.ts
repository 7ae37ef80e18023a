/**
 * The page that translates: at first without user action, on request and live, with linked views and a choice of parts.
 */
import { expect, test } from 'vitest'
import { address, checkPage, handle, isDone, opened, press, see, type, until } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

inChromiumFirst('the translation page', (running) => {
  test('the page runs without user action, errors or requests to other sites', async () => {
    const tab = await opened(running.browser, `${running.site.origin}/translate.html`, isDone)
    await checkPage(tab, running.site.origin, 'Translation')
    await tab.screenshot('translate')
    await tab.page.close()
  }, 60_000)

  test('a translation appears token by token, with a line for each', async () => {
    const { page } = await running.browser.open()
    await page.goto(`${running.site.origin}/translate.html`)
    const begun = await until(page, 'the first words', ({ written }) => written.length > 1)
    expect(begun.status).toMatch(/^(Writing token \d+ …|Written\.)$/)
    const done = await until(page, 'the end', isDone)
    expect(done.written.at(-1)).toBe('⟨end⟩')
    expect(done.result).toMatch(/\p{sc=Han}/u)
    expect(done.result).not.toContain('\ufffd')
    expect(done.figures).toMatch(/^\d+ tokens [\d.]+ ms [\d.]+ tokens\/s score −/)
    await page.close()
  }, 60_000)

  test('Enter translates the typed text; greedy decoding shows tokens live, and Stop ends it', async () => {
    const tab = await opened(
      running.browser,
      address(running.site.origin, { beams: 1, text: 'I like tea.' }, '', 'translate.html'),
      isDone
    )
    expect(tab.seen.figures).not.toContain('score')
    await type(tab.page, 'attn-translate', 'Where is my book?')
    await tab.page.keyboard.press('Enter')
    await until(tab.page, 'the first word', ({ status }) => status.startsWith('Writing'))
    await press(tab.page, 'Stop', 'attn-translate')
    await until(tab.page, 'the stop', ({ status }) => status === 'Stopped.')
    await press(tab.page, 'Translate', 'attn-translate')
    const done = await until(tab.page, 'the end', isDone)
    expect(done.tokens.join('')).toContain('book')
    await tab.page.close()
  }, 60_000)

  test('hovering over an output token marks it in every view, and shows the tokens it attends to', async () => {
    const { page, screenshot } = await opened(
      running.browser,
      address(running.site.origin, { text: 'I like tea.' }, '', 'translate.html'),
      isDone
    )
    await (await handle(page, 'attn-heads', '#query-1 .word')).hover()
    const pointed = await until(page, 'the mark', ({ markedWritten }) => markedWritten.join() === '1')
    expect(pointed.caption).toMatch(/looks at \S+ [\d.]+\s%/)
    await (await handle(page, 'attn-heads', '#query-1 .word')).click()
    await (await handle(page, 'attn-heads', '#key-2 .word')).hover()
    const compared = await until(page, 'the comparison', ({ tip }) => tip !== '')
    expect(compared).toMatchObject({ marked: [2], markedWritten: [1] })
    expect(compared.tip).toMatch(/decoder\.blocks\.\d+\.cross\.pattern\[\d+, 1, 2\] = /)
    await screenshot('translate-comparing')
    await page.keyboard.press('Escape')
    await until(page, 'no mark', ({ marked, markedWritten }) => marked.length + markedWritten.length === 0)
    await page.close()
  }, 60_000)

  test('by keyboard: from a source token to the token that attends to it, and back', async () => {
    const { page } = await opened(
      running.browser,
      address(running.site.origin, { text: 'I like tea.' }, '', 'translate.html'),
      isDone
    )
    await (await handle(page, 'attn-heads', '.text')).focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    const first = await until(page, 'the first written word', ({ markedWritten }) => markedWritten.join() === '0')
    expect(first.marked).toEqual([])
    await page.keyboard.press('ArrowUp')
    await until(page, 'a word that was read', ({ marked }) => marked.length === 1)
    await page.keyboard.press('ArrowDown')
    await until(page, 'a word that was written', ({ markedWritten }) => markedWritten.length === 1)
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowUp')
    const compared = await until(page, 'the comparison', ({ marked }) => marked.length === 1)
    expect(compared.markedWritten).toHaveLength(1)
    await page.close()
  }, 60_000)

  test('the parts of a translator: selected by a switch, stored in the link', async () => {
    const { page } = await opened(
      running.browser,
      address(running.site.origin, { text: 'I like tea.' }, '', 'translate.html'),
      isDone
    )
    await press(page, 'Encoder', 'attn-grid')
    const encoder = await until(page, 'one text', ({ written }) => written.length === 0)
    expect(encoder.tokens.join('')).toContain('tea')
    expect(await page.$eval('attn-matrix >>> code', (code) => code.textContent)).toMatch(
      /^encoder\.blocks\.\d+\.attn\.pattern$/
    )
    await (await handle(page, 'attn-heads', '#token-1 .word')).click()
    await page.waitForFunction(() => /part=encoder/.test(location.hash) && /token=1/.test(location.hash))
    await page.reload()
    const again = await until(page, 'the same again', ({ marked }) => marked.join() === '1')
    expect(again.tokens).toEqual(encoder.tokens)
    await page.close()
  }, 60_000)

  test('an empty text gives a message', async () => {
    const tab = await opened(
      running.browser,
      address(running.site.origin, { text: 'I like tea.' }, '', 'translate.html'),
      isDone
    )
    await type(tab.page, 'attn-translate', ' ')
    await tab.page.keyboard.press('Enter')
    await until(tab.page, 'the words', ({ status }) => status === 'Type a sentence.')
    expect((await see(tab.page)).error).toBe('')
    await tab.page.close()
  }, 60_000)
})
