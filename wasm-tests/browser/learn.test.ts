/** The course in the browser: predictions, phrases, questions and programs of each chapter answer with the model's own numbers. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { languages } from '../../web/demo/shared/languages.js'
import { chapters } from '../../web/demo/shared/site-pages.js'
import { settled } from './accessible.js'
import { waitFor } from './demo-page.js'
import { inBrowser, variants } from './each-browser.js'

const running = inBrowser('chromium')
const [english, ...others] = languages

const site = fileURLToPath(new URL('../../build/site/', import.meta.url))

test.each(
  variants(
    chapters.map((chapter) => `learn/${chapter}${english.suffix}`),
    others.flatMap(({ suffix }) => chapters.map((chapter) => `learn/${chapter}${suffix}`))
  )
)(
  '%s: every prediction, phrase, question and program answers',
  async (file) => {
    const { page, complaints } = await running.browser.open({ width: 1280, height: 1000 })
    await page.goto(`${running.site.origin}/${file}`)
    await waitFor(page, 'attn-figure attn-heads >>> .token')
    const click = async (path: string) => {
      const button = await waitFor(page, path)
      await button.evaluate((node) => node.scrollIntoView({ block: 'center' }))
      await button.click()
    }
    const verdict = (path: string) =>
      page.$eval(`${path} >>> [part=verdict]`, (node) => (node as HTMLElement).innerText.replace(/\s+/g, ' ').trim())

    // The answer is covered until the reader commits. A reader can try again, and another guess has another verdict.
    const isCovered = () => page.$eval('#answer', (node) => (node as HTMLElement).inert)
    const first =
      (await page.$('#predict >>> .answers button:nth-child(1)')) ??
      (await page.$('#predict >>> li:nth-child(1) button:nth-child(2)'))
    const last = (await page.$$('#predict >>> [part=answers] button')).at(-1)
    expect(await isCovered()).toBe(true)
    await first?.evaluate((node) => (node as HTMLElement).click())
    await click('#predict >>> button.primary')
    await expect.poll(isCovered).toBe(false)
    const wrong = await verdict('#predict')
    expect(wrong.length).toBeGreaterThan(20)
    await click('#predict >>> .row button:not([aria-label])')
    await expect.poll(isCovered).toBe(true)
    if (await last?.evaluate((node) => node.getAttribute('role') === 'radio')) {
      await click('#predict >>> .answers button:nth-child(2)')
      await click('#predict >>> button.primary')
      await expect.poll(() => verdict('#predict')).not.toBe(wrong)
    } else await click('#predict >>> button.primary')

    // A phrase with an edit changes the model's answer, and gives it back.
    const answers = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('attn-next, attn-classify')]
          .map((view) => view.shadowRoot?.querySelector<HTMLElement>('ol, [part=labels]')?.innerText ?? '')
          .join(' ')
      )
    await (await waitFor(page, 'attn-next, attn-classify')).evaluate((node) => node.scrollIntoView({ block: 'center' }))
    await expect.poll(answers, { timeout: 20_000 }).toMatch(/%/)
    await settled(page, 3000)
    const before = await answers()
    await click('attn-show[edits] >>> button')
    await expect.poll(answers).not.toBe(before)
    await click('attn-show[edits] >>> button')
    await expect.poll(answers).toBe(before)

    // Each question: every choice has an answer of its own.
    for (const check of await page.$$('attn-check')) {
      const choices = await check.$$('>>> .answers button[role=radio]')
      const verdicts = new Set<string>()
      for (const choice of choices) {
        await choice.evaluate((node) => (node as HTMLElement).click())
        await settled(page, 1000)
        verdicts.add(await check.$eval('>>> [part=verdict]', (node) => (node as HTMLElement).innerText))
      }
      expect(verdicts.size).toBe(choices.length)
      const isOfModel = await check.evaluate((element) => element.hasAttribute('by'))
      if (!isOfModel) expect(await check.$$('[data-right]')).toHaveLength(1)
    }

    // The program prints what it prints in Node.
    await click('button[data-program]')
    const output = () => page.$eval('output[data-output]', (node) => node.textContent ?? '')
    await expect.poll(output, { timeout: 20_000 }).toMatch(/^\d+ +\S.* 0\.\d{4}(\n\d+ .* 0\.\d{4}){2}$/)

    // A text of the reader's own.
    const own = await page.$('form.own')
    if (own) {
      await click('form.own button')
      const group = await own.evaluate((form) => (form as HTMLElement).dataset['group'] ?? '')
      await expect
        .poll(() => page.$eval(`[group=${group}][model]`, (view) => (view as HTMLElement & { text: string }).text))
        .toBe(await own.$eval('textarea', (field) => field.value.trim()))
    }

    // The end of the chapter marks the chapter as read, in the list.
    await (await waitFor(page, '.ways')).evaluate((node) => node.scrollIntoView())
    await settled(page, 2000)
    await page.goto(`${running.site.origin}/learn/index${file.endsWith('.zh.html') ? '.zh' : ''}.html`)
    expect(
      await page.$$eval('.chapters .read', (marks) => marks.filter((mark) => !(mark as HTMLElement).hidden).length)
    ).toBe(1)
    expect(complaints).toEqual([])
    await page.close()
  },
  90_000
)

test('in a lecture one section is shown at a time, by the arrow keys', async () => {
  const { page } = await running.browser.open({ width: 1280 })
  await page.goto(`${running.site.origin}/learn/${chapters[0]}.html?present`)
  const shown = () =>
    page.$$eval('main.chapter > :is(attn-figure, section)', (scenes) =>
      scenes.flatMap((scene, at) => (scene.hidden ? [] : [at]))
    )
  await expect.poll(shown).toEqual([0])
  await page.keyboard.press('ArrowRight')
  expect(await shown()).toEqual([1])
  await page.keyboard.press('ArrowLeft')
  expect(await shown()).toEqual([0])
  expect(await page.$eval('.masthead', (node) => getComputedStyle(node).display)).toBe('none')
  await page.close()
})

test('no chapter is left with a placeholder', () => {
  for (const chapter of chapters)
    for (const { suffix } of languages) {
      const html = readFileSync(`${site}learn/${chapter}${suffix}`, 'utf8')
      expect(html).not.toMatch(/\{\{|<!-- (code|chapter)/)
    }
})
