/** The gallery shows every element of the table, all of them or one by itself. */
import { expect, test } from 'vitest'
import table from '../../web/elements/elements.json' with { type: 'json' }
import { inChromiumFirst } from './each-browser.js'
import { waitFor } from './demo-page.js'

inChromiumFirst('the gallery', (running) => {
  /** How many of each element the sections of a page have. */
  async function shown(query: string) {
    const { page, complaints } = await running.browser.open({ width: 1280 })
    await page.goto(`${running.site.origin}/gallery.html${query}`)
    await waitFor(page, '.elements')
    const seen = await page.evaluate(() => {
      const counts: Record<string, number> = {}
      for (const { localName } of document.querySelectorAll('main section > :not(h2)'))
        counts[localName] = (counts[localName] ?? 0) + 1
      return {
        counts,
        sections: [...document.querySelectorAll('main section')].map(({ id }) => id),
        text: document.querySelector('main')?.lastChild?.textContent
      }
    })
    return { page, complaints, ...seen }
  }

  test('has a state of each element, and a link to each by itself', async () => {
    const { page, counts } = await shown('')
    expect(Object.keys(counts).sort()).toEqual(table.map(({ tag }) => tag).sort())
    const links = await page.$$eval('.elements a', (all) => all.map((link) => new URL(link.href).search))
    expect(links.slice(1)).toEqual(table.map(({ tag }) => `?element=${tag.slice(5)}`))
    await page.close()
  }, 60_000)

  test.each(['heads', 'attn-heads'])(
    'shows one element by itself: %s',
    async (element) => {
      const { page, complaints, counts, sections } = await shown(`?element=${element}`)
      expect(Object.keys(counts)).toEqual(['attn-heads'])
      expect(sections).toContain('story')
      expect(sections).toContain('tuned')
      expect(sections).not.toContain('control')
      expect(sections.length).toBe(counts['attn-heads'])
      await waitFor(page, '#story attn-heads >>> [part=canvas]')
      expect(await page.$eval('.elements [aria-current]', (link) => link.textContent)).toBe('heads')
      // One of its states is of a model that is not there.
      expect(complaints.filter((each) => !each.includes('404'))).toEqual([])
      await page.close()
    },
    60_000
  )

  test('shows some states of one element', async () => {
    const { page, counts, sections } = await shown('?element=matrix&only=few,stages,control')
    expect(sections).toEqual(['few', 'stages'])
    expect(counts).toEqual({ 'attn-matrix': 7 })
    await page.close()
  }, 60_000)

  test('draws a matrix of numbers', async () => {
    const { page } = await shown('?element=heatmap')
    await waitFor(page, '#heatmap-signed attn-heatmap >>> canvas')
    const isDrawn = () =>
      page.$eval('#heatmap-signed attn-heatmap', (view) => {
        const canvas = view.shadowRoot?.querySelector('canvas')
        const { data } = canvas?.getContext('2d')?.getImageData(8, 8, 1, 1) ?? {}
        return (data?.[3] ?? 0) > 0
      })
    await expect.poll(isDrawn).toBe(true)
    await page.close()
  }, 60_000)

  test('says so where an element is not there', async () => {
    const { page, sections, text } = await shown('?element=no-such')
    expect(sections).toEqual([])
    expect(text).toBe('There is no element named no-such.')
    await page.close()
  }, 60_000)
})
