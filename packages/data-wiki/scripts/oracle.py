"""Compares the links that `oracle.mjs` gives with those that mwparserfromhell finds in running text.

Reads its JSON lines from standard input; prints recall and precision of (target, text) pairs by language, and what the
pairs found by one side only look like. Development only: pip install mwparserfromhell.

Running text here: everything but templates, tables, notes, headings, galleries, formulas, comments and the captions of
files. Namespaces and link trails come from the siteinfo of the language; where there is none, from the package's table.
"""

import collections
import html
import json
import pathlib
import re
import sys
import urllib.parse

import mwparserfromhell
from mwparserfromhell.nodes import (Comment, ExternalLink, Heading, HTMLEntity, Tag, Template, Text, Wikilink, Argument)

DROPPED_TAGS = {
    "ref", "references", "table", "gallery", "math", "ce", "chem", "timeline", "score", "syntaxhighlight", "source",
    "pre", "nowiki", "imagemap", "hiero", "graph", "templatedata", "maplink", "mapframe", "inputbox", "includeonly",
    "section", "style", "rt", "rp", "indicator", "categorytree", "templatestyles",
}


def siteinfo(folder: pathlib.Path, code: str):
    for name in (f"parsoid-{code}wiki.json", f"mwlib-siteinfo-{code}.json"):
        if (folder / name).exists():
            data = json.loads((folder / name).read_text())
            return data.get("query", data)
    return None


class Site:
    def __init__(self, folder: pathlib.Path, code: str, ours: dict):
        info = siteinfo(folder, code)
        english = siteinfo(folder, "en")
        self.trail = re.compile(r"[a-z]+")
        self.prefix = None
        self.namespaces = {}
        self.languages = {entry["prefix"] for entry in english["interwikimap"] if "language" in entry}
        for source in (english, info):
            if source is None:
                continue
            for space in source["namespaces"].values():
                for name in (space.get("name", space.get("*")), space.get("canonical")):
                    if name:
                        self.namespaces[name.lower()] = space["id"]
            for alias in source["namespacealiases"]:
                self.namespaces[alias.get("alias", alias.get("*")).lower()] = alias["id"]
        if not info:
            self.namespaces.update(ours["namespaces"])
            trail = ours["trail"].replace("\\p{L}\\p{M}", "\\w")
            trail = re.sub(r"\\u\{(\w+)\}", lambda code: chr(int(code[1], 16)), trail)
            self.trail = re.compile(trail) if trail else None
        else:
            php = re.fullmatch(r"/\^\((.*)\)\(\.\*\)\$/[a-zA-Z]*", info["general"]["linktrail"]).group(1)
            php = re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda m: chr(int(m.group(1), 16)), php)
            self.trail = re.compile(php) if php else None
            charset = info["general"].get("linkprefixcharset")
            if charset:
                charset = re.sub(r"\\x\{([0-9A-Fa-f]+)\}", lambda m: chr(int(m.group(1), 16)), charset)
                self.prefix = re.compile(f"[{charset}]+$")

    def role(self, title: str) -> str:
        colon_first = title.startswith(":")
        target = title.lstrip(":").strip()
        if ":" not in target or target.startswith(":"):
            return "anchor"
        prefix = target.split(":", 1)[0].replace("_", " ").strip().lower()
        space = self.namespaces.get(prefix)
        if colon_first:
            return "text" if space is not None else "anchor"
        if space in (6, 14) or (space is None and prefix in self.languages):
            return "hidden"
        return "text" if space is not None else "anchor"


def clean(text: str) -> str:
    text = html.unescape(text).replace("\u200e", "").replace("\u200f", "")
    return " ".join(text.split())


def title_of(raw: str) -> str:
    title = html.unescape(raw)
    if re.search(r"%[0-9a-fA-F]{2}", title):
        try:
            title = urllib.parse.unquote(title, errors="strict")
        except UnicodeDecodeError:
            pass
    return " ".join(title.replace("_", " ").replace("\u200e", "").replace("\u200f", "").split()).lstrip(":").strip()


def shown(code) -> str:
    """What a reader sees of a link's text."""
    parts = []
    for node in code.nodes if code else []:
        if isinstance(node, Text):
            parts.append(str(node))
        elif isinstance(node, HTMLEntity):
            parts.append(node.normalize())
        elif isinstance(node, Tag) and str(node.tag).lower() not in DROPPED_TAGS:
            parts.append(" " if str(node.tag).lower() == "br" else shown(node.contents))
        elif isinstance(node, Tag) and str(node.tag).lower() == "nowiki":
            parts.append(str(node.contents))
        elif isinstance(node, Wikilink):
            parts.append(shown(node.text) if node.text is not None else str(node.title))
    return "".join(parts)


def has_link(code, site) -> bool:
    return code is not None and any(site.role(str(link.title).strip()) != "hidden" for link in code.ifilter_wikilinks())


def pairs_in(code, site: Site):
    nodes = code.nodes
    for i, node in enumerate(nodes):
        if isinstance(node, Tag):
            if str(node.tag).lower() not in DROPPED_TAGS and node.contents is not None:
                yield from pairs_in(node.contents, site)
        elif isinstance(node, ExternalLink):
            if node.title is not None:
                yield from pairs_in(node.title, site)
        elif isinstance(node, Wikilink):
            raw = str(node.title).strip()
            if "{{" in raw or "\n" in str(node.title) or "[" in raw:
                continue
            raw = re.sub(r"<!--.*?-->", "", raw)
            role = site.role(raw)
            if role == "hidden":
                continue
            if node.text is not None and has_link(node.text, site):
                yield from pairs_in(node.text, site)
                continue
            text = shown(node.text) if node.text is not None else raw.lstrip(":")
            if node.text is not None and not str(node.text).strip():
                text = re.sub(r" ?[(（][^()（）]*[)）]$", "", re.sub(r"^:?[^:]*:", "", raw))
            following = str(nodes[i + 1]) if i + 1 < len(nodes) and isinstance(nodes[i + 1], Text) else ""
            if site.trail and (match := site.trail.match(following)):
                text += match.group(0)
            before = str(nodes[i - 1]) if i > 0 and isinstance(nodes[i - 1], Text) else ""
            if site.prefix and (match := site.prefix.search(before)):
                text = match.group(0) + text
            if role == "anchor" and clean(text) and title_of(raw):
                yield title_of(raw), clean(text)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    sites: dict[str, Site] = {}
    totals = collections.defaultdict(lambda: [0, 0, 0])
    only = {"ours": collections.Counter(), "theirs": collections.Counter()}
    for line in sys.stdin:
        page = json.loads(line)
        code = page["code"]
        site = sites.setdefault(code, Site(folder, code, page["site"]))
        ours = collections.Counter((target, clean(text)) for target, text, _ in page["pairs"])
        theirs = collections.Counter(pairs_in(mwparserfromhell.parse(page["wikitext"]), site))
        both = sum((ours & theirs).values())
        total = totals[code]
        total[0] += both
        total[1] += sum(ours.values())
        total[2] += sum(theirs.values())
        for pair in (ours - theirs).elements():
            only["ours"][(code, page["title"], *pair)] += 1
        for pair in (theirs - ours).elements():
            only["theirs"][(code, page["title"], *pair)] += 1
    print(f"{'':8}{'both':>8}{'ours':>8}{'theirs':>8}{'precision':>11}{'recall':>9}")
    for code, (both, ours, theirs) in sorted(totals.items()):
        print(f"{code:8}{both:8}{ours:8}{theirs:8}{both / max(ours, 1):11.4f}{both / max(theirs, 1):9.4f}")
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for side, pairs in only.items():
        print(f"\nonly {side}: {sum(pairs.values())}")
        for pair, count in list(pairs.items())[:limit]:
            print("  ", count, *pair, sep=" | ")


main()
