/** The demo page generates text: on loading, on request, equal for equal seeds; and it can be stopped. */
import { expect, test } from 'vitest'
import { address, isDone, isWhole, press, see, until, waitFor } from './demo-page.js'
import { inEachBrowser } from './each-browser.js'
import { SUB_PATH } from './site-server.js'

inEachBrowser('writing', (running) => {
  test('the page loads the model and generates without user action, errors or requests to other sites', async () => {
    const { page, complaints, requests, screenshot } = await running.browser.open({ width: 1440 })
    await page.goto(`${running.site.origin}/`)
    const writing = await until(page, 'the first words', ({ tokens }) => tokens.length > 30)
    expect(writing.status).toMatch(/^Writing token \d+/)
    await screenshot('writing')
    const done = await until(page, 'the end of the text', isDone)
    expect(done.figures).toMatch(/^\d[\d.]* ms \d[\d.]* tokens\/s \d+ of 512 tokens memory [\d.]+\sMB$/)
    expect(done.tokens.slice(0, 3).join('')).toBe('⟨start⟩Lily had')
    expect(done.tokens.length).toBeGreaterThan(100)
    await screenshot('written')
    expect(requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(running.site.origin))).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('stop ends a generation within a second, and the page can generate again', async () => {
    const { page } = await running.browser.open()
    await page.goto(address(running.site.origin, { pace: 20 }))
    await until(page, 'a few words', ({ tokens }) => tokens.length > 20)
    // Measured in the page, because measuring from outside takes a while.
    const stopMs = page.evaluate(async () => {
      const control = document.querySelector('attn-generate')?.shadowRoot
      const status = control?.querySelector<HTMLElement>('[role=status]')
      const isStopped = () => status?.textContent?.trim() === 'Stopped.'
      const clicked = new Promise<number>((resolve) =>
        control?.addEventListener('click', () => resolve(performance.now()), { once: true, capture: true })
      )
      const pressedAt = await clicked
      while (!isStopped()) await new Promise((resolve) => setTimeout(resolve, 5))
      return performance.now() - pressedAt
    })
    await press(page, 'Stop')
    const stopped = await until(page, 'the stop', ({ status }) => status === 'Stopped.')
    expect(await stopMs).toBeLessThan(1000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await see(page)).tokens).toEqual(stopped.tokens)
    await press(page, 'Generate')
    await until(page, 'more words than before', ({ tokens }) => tokens.length > stopped.tokens.length)
    await page.close()
  }, 60_000)

  test('a view outside the window is not drawn for every token, but when it becomes visible', async () => {
    const { page } = await running.browser.open()
    await page.goto(address(running.site.origin, { pace: 20 }))
    const kept = () => page.$eval('attn-cache', (view) => view.shadowRoot?.querySelector('b')?.textContent)
    await until(page, 'a few words', ({ tokens }) => tokens.length > 20)
    await page.$eval('attn-cache', (view) => view.scrollIntoView())
    await expect.poll(kept).toMatch(/^\d+$/)
    await page.evaluate(() => scrollTo(0, 0))
    // The observer reports within a frame or two, and pending drawings finish.
    await new Promise((resolve) => setTimeout(resolve, 500))
    const before = await kept()
    const { tokens } = await see(page)
    await until(page, 'more words', (seen) => seen.tokens.length > tokens.length + 20)
    expect(await kept()).toBe(before)
    await page.$eval('attn-cache', (view) => view.scrollIntoView())
    await expect.poll(async () => Number(await kept())).toBeGreaterThan(Number(before) + 19)
    await page.close()
  }, 60_000)

  test('pause, step and resume go on with the same text', async () => {
    const { page } = await running.browser.open()
    await page.goto(address(running.site.origin, { pace: 20, seed: 3 }))
    await until(page, 'a few words', ({ tokens }) => tokens.length > 20)
    await press(page, 'Pause')
    await until(page, 'the pause', ({ status }) => status.startsWith('Paused'))
    // The token that was being computed still arrives.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const paused = await see(page)
    await press(page, 'Step')
    const stepped = await until(
      page,
      'one more token',
      ({ tokens, status }) => tokens.length > paused.tokens.length && status.startsWith('Paused')
    )
    expect(stepped.tokens).toEqual([...paused.tokens, stepped.tokens.at(-1)])
    await press(page, 'Resume')
    await until(page, 'more words', ({ tokens }) => tokens.length > stepped.tokens.length + 3)
    await page.close()
  }, 60_000)

  test('equal seeds generate equal texts, another seed another text', async () => {
    const { page } = await running.browser.open()
    const texts: string[] = []
    for (const seed of [5, 5, 6]) {
      await page.goto('about:blank')
      await page.goto(address(running.site.origin, { seed }))
      texts.push((await until(page, 'the end of the text', isWhole)).tokens.join(''))
    }
    expect(texts[1]).toBe(texts[0])
    expect(texts[2]).not.toBe(texts[0])
    await page.close()
  }, 60_000)

  test('the site works from a folder, and single elements share one load', async () => {
    const { page, complaints, requests, screenshot } = await running.browser.open()
    await page.goto(`${running.site.origin}${SUB_PATH}/gallery.html?only=own,generate`)
    for (const tag of ['attn-heads', 'attn-matrix', 'attn-grid']) {
      await waitFor(page, `#own ${tag} >>> canvas`)
    }
    const button = await waitFor(page, '#generate attn-generate >>> button.primary:enabled')
    await button.click()
    await page.waitForFunction(
      () => (document.querySelector('#generate attn-generate')?.shadowRoot?.querySelectorAll('.token').length ?? 0) > 40
    )
    await screenshot('own-model')
    // Not every browser reports the requests of workers. If they are reported, the weights are requested once.
    expect(requests.filter((url) => url.endsWith('model.safetensors')).length).toBeLessThanOrEqual(1)
    expect(requests.filter((url) => url.startsWith(running.site.origin) && !url.includes(SUB_PATH))).toEqual([])
    expect(complaints.filter((words) => !words.includes('404'))).toEqual([])
    await page.close()
  }, 60_000)
})
