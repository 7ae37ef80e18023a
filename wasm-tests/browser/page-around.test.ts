/** Elements follow the page around them: its colours, however it says them, and its languages. */
import { expect, test } from 'vitest'
import type { Page } from 'puppeteer-core'
import { waitFor } from './demo-page.js'
import { inChromiumFirst } from './each-browser.js'

/** The styles of a page as a theme of slides sets them: without `color-scheme`, without the elements' properties. */
async function dress(page: Page, body: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate((styles) => {
    const { documentElement: root, body } = document
    root.style.colorScheme = 'normal'
    root.style.background = 'none'
    for (const name of ['paper', 'ink', 'muted', 'rule', 'accent']) root.style.setProperty(`--attn-${name}`, 'initial')
    for (const [name, value] of Object.entries(styles)) body.style.setProperty(name, value)
  }, body)
}

/** The ink and the paper that the first view draws with, and whether its paper is painted. */
const lookOf =
  (page: Page, selector = 'main attn-heads') =>
  () =>
    page.$eval(selector, (view) => {
      const probe = view.shadowRoot?.querySelector('.probe')
      const { color = '', backgroundColor = '' } = probe ? getComputedStyle(probe) : {}
      return { ink: color, paper: backgroundColor, behind: getComputedStyle(view).backgroundColor }
    })

const LIGHT_INK = 'rgb(233, 231, 225)'
const DARK_INK = 'rgb(28, 29, 32)'
const NONE = 'rgba(0, 0, 0, 0)'

inChromiumFirst('an element on a page of another', (running) => {
  async function opened() {
    const { page, complaints } = await running.browser.open({ width: 1280 })
    await page.goto(`${running.site.origin}/gallery.html?element=heads&only=story`)
    await waitFor(page, 'main attn-heads >>> .probe')
    return { page, complaints }
  }

  test('has light ink on a dark page without color-scheme, and the paper is the page’s own', async () => {
    const { page, complaints } = await opened()
    await dress(page, { background: '#191919', color: '#fff' })
    await expect.poll(lookOf(page)).toEqual({ ink: LIGHT_INK, paper: 'rgb(25, 25, 25)', behind: NONE })
    // The canvas follows: its palette is read from the same probe.
    await dress(page, { background: '#fff', color: '#222' })
    await expect.poll(lookOf(page)).toEqual({ ink: DARK_INK, paper: 'rgb(255, 255, 255)', behind: NONE })
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('has opaque paper where the page’s colours do not say enough: on pictures and on middling colours', async () => {
    const { page } = await opened()
    await dress(page, { background: 'linear-gradient(#a02, #025)', color: '#fff' })
    await expect.poll(lookOf(page)).toEqual({ ink: LIGHT_INK, paper: 'rgb(19, 21, 24)', behind: 'rgb(19, 21, 24)' })
    await dress(page, { background: 'rgb(128, 128, 128)', color: '#000' })
    await expect
      .poll(lookOf(page))
      .toEqual({ ink: DARK_INK, paper: 'rgb(253, 252, 249)', behind: 'rgb(253, 252, 249)' })
    // Half a shade over white.
    await dress(page, { background: '#fff', color: '#000' })
    await page.$eval('main', (main) => main.style.setProperty('background', 'rgba(0, 0, 0, 0.02)'))
    await page.$eval('body', (body) => body.classList.toggle('other'))
    await expect.poll(lookOf(page)).toEqual({ ink: DARK_INK, paper: 'rgb(250, 250, 250)', behind: NONE })
    await page.close()
  }, 60_000)

  test('has the theme that its attribute names, on paper of its own', async () => {
    const { page } = await opened()
    await dress(page, { background: '#191919', color: '#fff' })
    await page.$eval('main attn-heads', (view) => (view.theme = 'light'))
    await expect
      .poll(lookOf(page))
      .toEqual({ ink: DARK_INK, paper: 'rgb(253, 252, 249)', behind: 'rgb(253, 252, 249)' })
    await page.$eval('main attn-heads', (view) => view.setAttribute('theme', 'auto'))
    await expect.poll(lookOf(page)).toEqual({ ink: LIGHT_INK, paper: 'rgb(25, 25, 25)', behind: NONE })
    await page.close()
  }, 60_000)

  test('speaks the language of its nearest ancestor with one', async () => {
    const { page } = await running.browser.open({ width: 1280 })
    await page.goto(`${running.site.origin}/gallery.html?element=matrix&only=few,stages`)
    await waitFor(page, 'main attn-matrix >>> h3')
    const titles = () =>
      page.$$eval('main attn-matrix', (all) =>
        all.slice(0, 2).map(({ shadowRoot }) => shadowRoot?.querySelector('h3')?.textContent ?? '')
      )
    await expect.poll(titles).toEqual([expect.stringMatching(/^Layer/), expect.stringMatching(/^Layer/)])
    await page.$eval('main attn-matrix', (first) => first.setAttribute('lang', 'zh-CN'))
    await expect.poll(titles).toEqual([expect.stringMatching(/^第/), expect.stringMatching(/^Layer/)])
    // Either is drawn again in its own language.
    await page.$$eval('main attn-matrix', (all) => all.forEach((each) => each.requestUpdate()))
    await expect.poll(titles).toEqual([expect.stringMatching(/^第/), expect.stringMatching(/^Layer/)])
    await page.$eval('main', (main) => main.setAttribute('lang', 'zh'))
    await expect.poll(titles).toEqual([expect.stringMatching(/^第/), expect.stringMatching(/^第/)])
    await page.close()
  }, 60_000)
})
