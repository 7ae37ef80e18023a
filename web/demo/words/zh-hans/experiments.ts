/** The texts of the ready-made experiments. */
import type { SiteWords } from '../en/index.js'

export const experiments: SiteWords['experiments'] = {
  label: '实验',
  running: '运行中的模型',
  model: '模型',
  heads: {
    title: '寻找重要的头',
    story: '网页逐个移除每个[[head]]。图中显示最可能的下一个词的分数因此降低或升高多少。'
  },
  name: {
    title: '丢失名字',
    story: (head, layer, word, before, after) =>
      `有一个[[head]]负责复制名字。去掉第 ${layer} [[layer]]第 ${head} 头，“${word}”的概率就从 ${before} 降到 ${after}，故事接下去不再提这个名字。`
  },
  bend: {
    title: '改变翻译',
    story: (instead, word, written, after) =>
      `模型本来要写${instead}。这处改动让[[cross]]指向“${word}”，模型于是写出${written}，概率 ${after}。`
  },
  turn: {
    title: '反转评价',
    story: (word, label, before, after) =>
      `结果取决于一个[[token]]。对[[attention]]隐藏“${word}”，${label} 的概率就从 ${before} 降到 ${after}。`
  }
}
