import { readFileSync, writeFileSync } from 'node:fs'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { App } from './app.js'

// A real server does this for each request.
const page = 'dist/index.html'
writeFileSync(page, readFileSync(page, 'utf8').replace('<!--app-->', renderToString(createElement(App))))
