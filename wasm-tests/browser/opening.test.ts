/** The first view of each page: the opening's text, head and word, with the picture above its controls. */
import { expect, test } from 'vitest'
import { openingOf } from '../../web/demo/shared/openings.js'
import { handle, isDone, isJudged, opened, see, until, waitFor } from './demo-page.js'
import { inChromiumFirst, variants } from './each-browser.js'

inChromiumFirst('the first view', (running) => {
  test.each([
    ['index', 'stories', /In layer 3, head 0, ·She looks back at Lily 4\d\.\d\s%, ·cat 4\d\.\d/],
    ['translate', 'translate', /In layer 1, head 2, 睡觉 looks at ·sleeping 9\d\.\d/]
  ] as const)(
    '%s ends with the word that the search found',
    async (file, name, sentence) => {
      const { page, complaints } = await running.browser.open({ width: 1440 })
      await page.goto(`${running.site.origin}/${file}.html`)
      const done = await until(page, 'the end of the text', isDone)
      const { text } = openingOf(name, 'en')
      expect(
        done.tokens
          .filter((token) => !token.startsWith('⟨'))
          .join('')
          .startsWith(text)
      ).toBe(true)
      const seen = await until(page, 'the word', ({ caption }) => sentence.test(caption))
      expect([...seen.marked, ...seen.markedWritten]).toHaveLength(1)
      // The word is in sight in the text's own scroll area.
      const isInSight = await page.$eval('attn-heads', (view) => {
        const area = view.shadowRoot?.querySelector('.text')?.getBoundingClientRect()
        const word = view.shadowRoot?.querySelector('[aria-selected=true]')?.getBoundingClientRect()
        return area && word && word.top >= area.top && word.bottom <= area.bottom
      })
      expect(isInSight).toBe(true)
      expect(complaints).toEqual([])
      await page.close()
    },
    60_000
  )

  test('a link of a reader’s own is not overruled', async () => {
    const { page } = await running.browser.open()
    await page.goto(`${running.site.origin}/index.html#layer=2&head=1&pace=0`)
    await until(page, 'the end of the text', isDone)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const seen = await see(page)
    expect([seen.matrixHead.slice(0, 15), seen.marked]).toEqual(['Layer 2, head 1', []])
    await page.close()
  }, 60_000)

  test.each(variants(['index'], ['translate', 'dates', 'sentiment']))(
    '%s has the picture first',
    async (file) => {
      const isOver = file === 'sentiment' ? isJudged : isDone
      const { page } = await opened(running.browser, `${running.site.origin}/${file}.html#pace=0`, isOver)
      await page.setViewport({ width: 1440, height: 900 })
      const control = { index: 'generate', translate: 'translate', dates: 'translate', sentiment: 'classify' }[file]
      await handle(page, `attn-${control}`, 'textarea')
      const top = async (selector: string) => {
        const box = await (await waitFor(page, selector)).boundingBox()
        return box ? [box.y, box.y + box.height] : []
      }
      const picture = await top(file === 'sentiment' ? 'attn-classify >>> attn-heads' : 'attn-heads')
      const box = await top(`attn-${control} >>> textarea`)
      const figures = await top(`attn-${control} >>> .figures`)
      expect(picture[0]).toBeLessThan(450)
      expect(picture[1]).toBeLessThanOrEqual(box[0] ?? 0)
      // Time and memory stand at the end of the controls.
      expect(figures[0]).toBeGreaterThan(box[1] ?? Infinity)
      await page.close()
    },
    60_000
  )
})
