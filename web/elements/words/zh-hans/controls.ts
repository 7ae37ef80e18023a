/** What the elements that run a model say, and how tokens without a text are called. */
import type { ModelKind } from 'attenscope'
import { html } from 'lit'
import type { ModelUse, Outside } from '../../controls/fit/made-for.js'
import type { Language, ScriptName } from '../../controls/fit/text-kinds.js'
import type * as english from '../index.js'

const KINDS: Readonly<Record<ModelKind, string>> = {
  decoder: '续写文本的模型',
  'encoder-decoder': '由一段文本写出另一段的模型',
  classifier: '给文本分类的模型',
  encoder: '阅读文本的模型'
}

export const load: typeof english.load = {
  label: '正在加载模型',
  progress: (file, loaded, total) => `正在加载模型：${file}，${loaded}${total === undefined ? '' : ` / ${total}`}`,
  begun: '正在加载模型…',
  cancel: '取消',
  cancelled: '已取消加载，没有程序在运行。',
  load: '加载模型',
  again: '重试'
}

export const controls: typeof english.controls = {
  stop: '停止',
  settings: '选项',
  examples: '例子',
  tryOne: '试试',
  noTokenizer: '模型没有 tokenizer.json',
  wrongKind: (kind, wanted) => ({
    what: `这是一个${KINDS[kind]}。`,
    meaning: `这个元素需要${wanted.map((each) => KINDS[each]).join('或')}。`,
    remedy: '请换一个模型。'
  })
}

export const generate: typeof english.generate = {
  label: '提示：文本的开头',
  placeholder: '留空则由模型自己开头',
  action: '续写',
  pause: '暂停',
  resume: '继续',
  step: '单步',
  whatStep: '只写一个词元',
  temperature: '温度',
  whatTemperature: '0 总是取最可能的词元；数值越高，变化越多',
  topK: '候选数（top-k）',
  whatTopK: '只在最可能的这么多个词元中抽取；0 表示在全部词元中抽取',
  undo: '撤销',
  whatUndo: '恢复从较早的词续写之前的文本',
  seed: '随机种子',
  whatSeed: '种子相同，写出的文本也相同',
  anotherSeed: '更换种子',
  pace: '速度',
  whatPace: '网页显示词元的速度；引擎可能更快',
  paces: { 0: '全速', 20: '每秒 20 个词元', 4: '每秒 4 个词元' },
  endings: {
    end: '模型结束了文本。',
    length: '写完了：词元数已达到要求。',
    context: '模型的上下文已满。',
    stop: '模型写出了停止文本。',
    stopped: '已停止。'
  },
  paused: (count) => `停在第 ${count} 个词元。`,
  reading: '正在读提示…',
  writing: (count) => `正在写第 ${count} 个词元…`,
  noPrompt: '没有提示时，模型自己开头。',
  ready: '就绪。',
  speed: (tokens) => html`每秒 ${tokens} 个词元`,
  tokens: (count, context) => html`<b>${count}</b>${context === undefined ? '' : ` / ${context}`} 个词元`,
  memory: (taken) => html`内存 ${taken}`,
  whatMemory: '模型的权重和保存的注意力'
}

export const translate: typeof english.translate = {
  label: '要翻译的文本',
  placeholder: '要翻译的句子',
  action: '翻译',
  beams: '束数',
  whatBeams: '搜索同时跟踪几种译法；1 表示每次都取最可能的词元',
  result: '译文',
  blank: '请输入一个句子。',
  ready: '就绪。',
  reading: '正在读文本…',
  searching: (beams, token) => `同时跟踪 ${beams} 种译法：第 ${token} 个词元…`,
  writing: (token) => `正在写第 ${token} 个词元…`,
  endings: { end: '写完了。', cut: '文本已达到最大长度。', stopped: '已停止。' },
  tokens: (count) => html`<b>${count}</b> 个词元`,
  score: '得分',
  whatScore: '各词元对数概率的平均值；越接近 0，模型越有把握'
}

export const classify: typeof english.classify = {
  label: '要分类的文本',
  placeholder: '一两句话',
  action: '分类',
  blank: '请输入一个句子。',
  ready: '就绪。',
  reading: '正在读…',
  done: (label, score) => `${label}，${score}。`,
  unsure: (label, score) => `难以判断：${label} ${score}。`,
  stopped: '已停止。',
  known: { negative: '负面', neutral: '中性', positive: '正面' },
  labels: '模型给文本的标签',
  ranked: '注意力最多的词',
  tokens: (count) => html`<b>${count}</b> 个词元`
}

const USES: Readonly<Record<ModelUse, string>> = {
  stories: '英文故事',
  translate: '英文句子',
  sentiment: '英文评论',
  dates: '中文或英文日期'
}

const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  Latin: '拉丁字母',
  Han: '汉字',
  Japanese: '日文',
  Cyrillic: '西里尔字母',
  Greek: '希腊字母',
  Arabic: '阿拉伯字母',
  Hebrew: '希伯来字母',
  Devanagari: '天城文字母',
  Bengali: '孟加拉文字母',
  Thai: '泰文字母',
  Hangul: '韩文字母',
  other: '别的文字'
}

const LANGUAGES: Readonly<Record<Language, string>> = {
  de: '德语',
  fr: '法语',
  es: '西班牙语',
  it: '意大利语',
  pt: '葡萄牙语',
  nl: '荷兰语'
}

function isLike(outside: Outside): string {
  switch (outside.reason) {
    case 'script':
      return `这段文本是${SCRIPTS[outside.script]}`
    case 'language':
      return `这段文本像是${LANGUAGES[outside.language]}`
    case 'no-words':
      return '这段文本里没有词'
    case 'code':
      return '这段文本像是代码'
    case 'unknown-words':
      return '模型几乎不认识这些词'
    case 'no-date':
      return '模型在这段文本里没有找到日期'
  }
}

export const outside: typeof english.outside = {
  says: (use, outside) =>
    outside.reason === 'no-date'
      ? `${isLike(outside)}。它能读${USES[use]}，年、月、日都要有。`
      : `${isLike(outside)}。模型是为${USES[use]}训练的，它的回答没有多少意义。`,
  noDate: '没有日期',
  wrote: (written) => `模型写的是 ${written}`
}

export const tokens: typeof english.tokens = {
  start: '开头',
  end: '结尾',
  special: (name) => `${name}词元`,
  lineBreak: '换行',
  space: '空格',
  part: (text, part) => `${text}，第 ${part} 部分`
}
