/** Lets Chrome or Chromium turn a page into a picture: elements draw in a browser only, because Node has no fonts to measure. */

import { execFile } from 'node:child_process'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { AttenscopeError } from 'attenscope'
import { describe } from '../errors.js'

/** The names of the browser's program, in the order in which they are tried. */
const programs = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome', 'microsoft-edge']
const installed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
]
const mostOutput = 1 << 28
const mostMs = 120_000

/** The path of the browser: the given one, that of CHROME_PATH, or the first that is installed. Throws 'unsupported'. */
export async function findBrowser(given: string | undefined): Promise<string> {
  const named = given ?? process.env['CHROME_PATH']
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = named
    ? [named]
    : [...programs.flatMap((program) => folders.map((folder) => join(folder, program))), ...installed]
  for (const path of candidates) {
    const isProgram = await access(path, constants.X_OK).then(
      () => true,
      () => false
    )
    if (isProgram) return path
  }
  throw new AttenscopeError(
    'unsupported',
    `${named ? `${named} is no program` : 'neither Chrome nor Chromium was found'}: a picture needs one of them (--browser PATH, or CHROME_PATH); without one, write a page (--to FILE.html) and save the picture from the menu of its view`
  )
}

/** Opens a page of `stillPage` with a `picture` in a browser without a window, and returns the picture's bytes. */
export async function pictureOfPage(page: string, browser: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'attenscope-'))
  try {
    const file = join(folder, 'page.html')
    await writeFile(file, page)
    const { stdout } = await promisify(execFile)(
      browser,
      [
        ...['--headless', '--disable-gpu', '--no-first-run', '--disable-extensions', '--hide-scrollbars'],
        // Chromium's sandbox refuses to start as root, as in containers. The page is the command's own and loads nothing.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--user-data-dir=${join(folder, 'profile')}`,
        ...['--window-size=1024,800', '--virtual-time-budget=30000', '--dump-dom'],
        pathToFileURL(file).href
      ],
      { maxBuffer: mostOutput, timeout: mostMs }
    )
    return pictureIn(stdout)
  } catch (error) {
    if (error instanceof AttenscopeError) throw error
    throw new AttenscopeError('unsupported', `${browser} drew no picture: ${describe(error).split('\n', 1)[0]}`)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function pictureIn(dump: string): Uint8Array {
  const [, kind, content = ''] = /\[(picture|error):([A-Za-z0-9+/=]*)\]/.exec(dump) ?? []
  const bytes = Buffer.from(content, 'base64')
  if (kind === 'picture' && bytes.length > 0) return bytes
  const reason = kind === 'error' ? bytes.toString() : 'the browser ended before the picture was ready'
  throw new AttenscopeError(kind === 'error' ? 'option' : 'unsupported', `no picture was drawn: ${reason}`)
}
