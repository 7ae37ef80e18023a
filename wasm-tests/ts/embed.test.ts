/** The page for frames of the package: what its address may ask for, and its messages in each language. */

import { describe, expect, it } from 'vitest'

import { embeddable, readAsked } from '../../web/embed/address.js'
import { fileAddress, modelAddress } from '../../web/embed/checked-address.js'
import { wordsFor } from '../../web/embed/words.js'

describe('the address of a frame', () => {
  it('has its fields in the query or the hash, of which the hash wins', () => {
    const asked = readAsked({
      search: '?element=matrix&src=a.safetensors&layer=1',
      hash: '#layer=2&path&theme=dark&lang=zh'
    })
    expect(asked).toMatchObject({ element: 'matrix', theme: 'dark', language: 'zh', sources: { src: 'a.safetensors' } })
    expect([...asked.attributes]).toEqual([
      ['layer', '2'],
      ['path', '']
    ])
  })

  it('asks for heads where it names no element, and for no theme but light and dark', () => {
    expect(readAsked({ search: '', hash: '#theme=neon' })).toEqual({
      ...{ element: 'heads', theme: undefined, language: undefined, sources: {} },
      attributes: new Map()
    })
    expect(embeddable).toContain('heads')
    expect(embeddable).not.toContain('heatmap')
  })
})

const page = 'https://author.example/attention/embed.html?src=a'

describe('a file that the address names', () => {
  it.each([
    ['run.safetensors', 'https://author.example/attention/run.safetensors'],
    ['../run.safetensors', 'https://author.example/run.safetensors'],
    ['/run.safetensors', 'https://author.example/run.safetensors'],
    ['https://other.example/run.safetensors', 'https://other.example/run.safetensors'],
    ['//other.example/run.safetensors', 'https://other.example/run.safetensors']
  ])('%s is opened', (given, expected) => {
    expect(fileAddress(given, page)).toBe(expected)
  })

  it.each([
    '',
    ' ',
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'java\nscript:alert(1)',
    'data:application/octet-stream,a',
    'blob:https://author.example/1',
    'file:///etc/passwd',
    'ftp://author.example/a',
    'http://other.example/run.safetensors',
    'https://user@other.example/a',
    'https://user:password@author.example/a',
    'https://',
    'http://[::1'
  ])('%j is refused', (given) => {
    expect(fileAddress(given, page)).toBeUndefined()
    expect(modelAddress(given, page)).toBeUndefined()
  })

  it('may come from a machine without https if the page does', () => {
    const local = 'http://localhost:5173/embed.html'
    expect(fileAddress('run.safetensors', local)).toBe('http://localhost:5173/run.safetensors')
    expect(fileAddress('http://localhost:9000/run.safetensors', local)).toBeUndefined()
  })
})

describe('a model that the address names', () => {
  it.each([
    ['gpt2', 'gpt2'],
    ['openai-community/gpt2', 'openai-community/gpt2'],
    ['./models/stories/', 'https://author.example/attention/models/stories/'],
    ['https://other.example/models/stories/', 'https://other.example/models/stories/']
  ])('%s is %s', (given, expected) => {
    expect(modelAddress(given, page)).toBe(expected)
  })
})

describe('the messages', () => {
  it('are in the language of the page', () => {
    const [english, chinese] = [wordsFor('en-GB'), wordsFor('zh-TW')]
    expect(Object.keys(chinese)).toEqual(Object.keys(english))
    const texts = [...Object.values(chinese)].map((text) => (typeof text === 'string' ? text : text('a')))
    for (const text of texts) expect(text).toMatch(/\p{Script=Han}.*。$/u)
    expect(english.noElement('script')).toContain('“script”')
  })
})
