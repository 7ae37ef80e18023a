/** Vite plugins that write the service worker with the list of the site's files, and make the site installable. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { rolldown } from 'rolldown'
import type { HtmlTagDescriptor, Plugin } from 'vite'
import { mayBeFramed } from '../shared/site-pages.js'
import { fileOf, upFrom } from './page-frame.js'

const WORKER = 'service-worker.js'

/**
 * Files that the service worker does not store: the library caches models, only a few pages use saved runs, and the package's
 * inlined files serve sites that leave the others out.
 */
const LEFT_OUT = /^(models|traces)\/|^assets\/inlined-|\.map$/

/** Files whose names contain a hash of their content need no revision. */
const HASHED = /^assets\/.*-[\w-]{8}\.\w+$/

/** The background colours of the two themes. */
const THEMES = { light: '#fdfcf9', dark: '#131518' } as const

const link = (attrs: Record<string, string>): HtmlTagDescriptor => ({ tag: 'link', attrs, injectTo: 'head' })

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** The address of each stored file, relative to the site's root, with a hash of its content. */
export function keptFiles(folder: string): { url: string; revision: string | null }[] {
  return filesBelow(folder)
    .filter((file) => !LEFT_OUT.test(file) && file !== WORKER)
    .map((file) => ({
      url: file,
      revision: HASHED.test(file)
        ? null
        : createHash('sha256')
            .update(readFileSync(join(folder, file)))
            .digest('hex')
            .slice(0, 16)
    }))
}

async function writeWorker(source: string, folder: string): Promise<void> {
  const bundle = await rolldown({
    input: source,
    platform: 'browser',
    transform: { define: { SITE_FILES: JSON.stringify(keptFiles(folder)), 'process.env.NODE_ENV': '"production"' } }
  })
  const { output } = await bundle.generate({ format: 'iife', minify: true })
  writeFileSync(join(folder, WORKER), output[0].code)
}

/** A service worker that removes itself, and with it the worker of an earlier build, which would answer requests. */
const LEAVE = `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', () => self.registration.unregister())
`

/** The plugins; they must come after all plugins that write files into the site. */
export function offlineSite(): Plugin[] {
  let [root, outDir] = ['', '']
  return [
    {
      // Only builds have a service worker: a development server changes files without a new version.
      name: 'offline-script',
      apply: 'build',
      transformIndexHtml: {
        order: 'pre',
        // A page that other sites may frame stores nothing.
        handler: (_, { path }) =>
          mayBeFramed(fileOf(path))
            ? []
            : [
                {
                  tag: 'script',
                  attrs: { type: 'module', src: `${upFrom(path)}shared/offline.ts` },
                  injectTo: 'head'
                }
              ]
      }
    },
    {
      name: 'offline-site',
      configResolved(config) {
        root = config.root
        outDir = resolve(config.root, config.build.outDir)
      },
      // These tags come after the policy, so that the policy applies to them.
      transformIndexHtml: (_, { path }) => [
        link({ rel: 'manifest', href: `${upFrom(path)}manifest.webmanifest` }),
        link({ rel: 'icon', href: `${upFrom(path)}icons/icon.svg`, type: 'image/svg+xml' }),
        link({ rel: 'apple-touch-icon', href: `${upFrom(path)}icons/icon-192.png` }),
        ...Object.entries(THEMES).map(([theme, content]): HtmlTagDescriptor => ({
          tag: 'meta',
          attrs: { name: 'theme-color', content, media: `(prefers-color-scheme: ${theme})` }
        }))
      ],
      configureServer(server) {
        server.middlewares.use(`/${WORKER}`, (_, response) => {
          response.setHeader('Content-Type', 'text/javascript')
          response.end(LEAVE)
        })
      },
      closeBundle: {
        sequential: true,
        order: 'post',
        async handler() {
          if (this.environment.mode === 'build') await writeWorker(join(root, 'shared/service-worker.ts'), outDir)
        }
      }
    }
  ]
}
