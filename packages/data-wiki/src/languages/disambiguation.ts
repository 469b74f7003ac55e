/** How Wikipedias mark a page that lists the meanings of its title: by a template, or in the title's brackets. */

/** Patterns of names of templates; case does not matter. */
const TEMPLATES = [
  '[^{}|]{0,30}disambig(?:uation|uazione|ua)?|dab|hndis|geodis', // in many languages
  'desambiguaci[óo]n?|desambigua[çc][ãa]o|desambig|homonymie|paronymie|homónimos|internationalisation',
  'begriffsklärung|bks|dp|doorverwijspagina|förgrening|peker|pekerside|flertydig|fleirtyding|aðgreining',
  'täsmennyssivu|täpsustuslehekülg|rozcestník|rozlišovacia stránka|ujednoznacznienie|egyértelmű|egyért',
  'razdvojba|razločitev|вишезначна одредница|појаснување|nuorodinis straipsnis|nozīmju atdalīšana',
  'неоднозначность|многозначность|неоднозначност|багатозначність|неадназначнасць|неадназначнасьць|пояснение|айрық',
  'dezambiguizare|anlam ayrımı|dəqiqləşdirmə|argipen|apartigilo|discretiva|trang định hướng|định hướng',
  'αποσαφήνιση|բազմիմաստություն|მრავალმნიშვნელოვანი|פירושונים',
  'توضيح|صفحة توضيح|ابهام‌زدایی|ضد ابہام',
  'बहुविकल्पी|नि:संदिग्धीकरण|দ্ব্যর্থতা নিরসন|பக்கவழி நெறிப்படுத்தல்|అయోమయ నివృత్తి|വിവക്ഷകൾ',
  '曖昧さ回避|aimai|消歧义|消歧義|消歧义页|동음이의|แก้กำกวม',
];
const TEMPLATE = new RegExp(`\\{\\{\\s*(?:${TEMPLATES.join('|')})\\s*(?:\\||\\}\\})`, 'iu');
const TITLE =
  /\((?:disambiguation|Begriffsklärung|homonymie|desambiguación|desambiguação|desambiguació|disambigua|doorverwijspagina|ujednoznacznienie|rozcestník|značenja|вишезначна одредница|значения|значення|αποσαφήνιση|פירושונים|동음이의|曖昧さ回避|消歧义|消歧義|định hướng|توضيح|ابهام‌زدایی)\)$/u;

export const isDisambiguationTitle = (title: string): boolean => TITLE.test(title);

/** Whether a template of the wikitext says so. */
export const hasDisambiguationTemplate = (wikitext: string): boolean => TEMPLATE.test(wikitext);
