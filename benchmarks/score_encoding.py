"""Score the detection of encodings on generated files, beside chardet alone and a policy over chardet's ranking.

    pip install faker babel
    python benchmarks/score_encoding.py [seeds]

The words come from Faker (names, addresses, sentences) and from the CLDR data in Babel (countries, languages, months), not from
the lists that the detector knows. 27 languages, each in the encodings that spreadsheet programs write it in; 1, 10 and 1,000
rows; four kinds of column; and files whose only signs beyond ASCII are one kind of sign. A file is right if it decodes to the text
that was written, whatever the encoding is called. The same seed gives the same files.
"""

from __future__ import annotations

import random
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

import chardet
from babel import Locale  # type: ignore[import-untyped]
from faker import Faker

from qooper_ingest.readers.text.encoding import decode, detect_encoding

WEST = ("utf-8", "cp1252", "mac_roman", "cp850", "iso8859-15")
CENTRAL = ("utf-8", "cp1250", "cp852", "iso8859-2")
CYRILLIC = ("utf-8", "cp1251", "cp866", "koi8-r", "iso8859-5")

#: Language → Faker's locale, Babel's, encodings.
LANGUAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "german": ("de_DE", "de", WEST),
    "french": ("fr_FR", "fr", WEST),
    "spanish": ("es_ES", "es", WEST),
    "portuguese": ("pt_PT", "pt", WEST),
    "italian": ("it_IT", "it", WEST),
    "dutch": ("nl_NL", "nl", WEST),
    "swedish": ("sv_SE", "sv", WEST),
    "danish": ("da_DK", "da", WEST),
    "norwegian": ("no_NO", "nb", WEST),
    "finnish": ("fi_FI", "fi", WEST),
    "estonian": ("et_EE", "et", ("utf-8", "cp1257", "cp775", "iso8859-4")),
    "latvian": ("lv_LV", "lv", ("utf-8", "cp1257", "cp775", "iso8859-13")),
    "lithuanian": ("lt_LT", "lt", ("utf-8", "cp1257", "cp775", "iso8859-13")),
    "polish": ("pl_PL", "pl", CENTRAL),
    "czech": ("cs_CZ", "cs", CENTRAL),
    "slovak": ("sk_SK", "sk", CENTRAL),
    "hungarian": ("hu_HU", "hu", CENTRAL),
    "croatian": ("hr_HR", "hr", CENTRAL),
    "romanian": ("ro_RO", "ro", ("utf-8", "cp1250", "iso8859-2", "iso8859-16")),
    "turkish": ("tr_TR", "tr", ("utf-8", "cp1254", "cp857", "iso8859-9")),
    "russian": ("ru_RU", "ru", CYRILLIC),
    "ukrainian": ("uk_UA", "uk", ("utf-8", "cp1251", "koi8-u", "cp1125")),
    "greek": ("el_GR", "el", ("utf-8", "cp1253", "iso8859-7", "cp737")),
    "hebrew": ("he_IL", "he", ("utf-8", "cp1255", "iso8859-8")),
    "japanese": ("ja_JP", "ja", ("utf-8", "cp932", "euc_jp", "utf-16-le")),
    "chinese": ("zh_CN", "zh", ("utf-8", "gb18030", "utf-16-le")),
    "korean": ("ko_KR", "ko", ("utf-8", "cp949", "utf-16-le")),
}

#: Cells with one sign; None where a Windows page lacks it is left out.
SIGNS: dict[str, Callable[[int], str]] = {
    "thousands": lambda i: f"{1 + i % 9}\u00a0{i % 1000:03},50",
    "euro before": lambda i: f"€ {i},50",
    "euro behind": lambda i: f"{i},50 €",
    "pound": lambda i: f"£{i + 5}",
    "degree": lambda i: f"{i % 40} °C",
    "single quotes": lambda i: f"‘group {i}’",
    "double quotes": lambda i: f"“group {i}”",
    "en dash": lambda i: f"20{i % 90 + 10}–2021",
    "spaced dash": lambda i: f"Sales – North {i}",
    "superscript": lambda i: f"{i} m²",
    "half": lambda i: f"{i % 8}½ h",
    "registered": lambda i: f"Acme® {i}",
    "trade mark": lambda i: f"Acme™ {i}",
    "apostrophe": lambda _: "O’Neil",
    "ellipsis": lambda _: "and so on…",
    "bullet": lambda i: f"• point {i}",
    "section": lambda i: f"§ {i}",
    "guillemets": lambda _: "«oui»",
    "trailing space": lambda i: f"Group {i}\u00a0",
    "ordinal": lambda i: f"{i}º",
}
SIGN_ENCODINGS = ("utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257")

ROWS = (1, 10, 1000)
HEADERS = {
    "names": "id,first name,last name",
    "addresses": "id,street,town",
    "free text": "id,comment",
    "terms": "id,a,b",
}


def column(language: str, kind: str, rows: int, seed: int) -> Iterator[str]:
    """Rows of one kind of a language, comma separated, each with an e-mail of figures only."""
    locale, cldr, _ = LANGUAGES[language]
    fake = Faker(locale)
    fake.seed_instance(f"{language} {kind} {rows} {seed}")
    chance = random.Random(f"{language} {kind} {rows} {seed}")
    data = Locale.parse(cldr)
    terms = [*data.territories.values(), *data.languages.values(), *data.months["format"]["wide"].values()]
    for number in range(rows):
        if kind == "names":
            cells = [fake.first_name(), fake.last_name()]
        elif kind == "addresses":
            cells = [fake.street_address(), fake.city()]
        elif kind == "free text":
            cells = [f"{chance.choice(terms)} {chance.choice(terms)}, {fake.last_name()} ({chance.choice(terms)})"]
        else:
            cells = [chance.choice(terms), chance.choice(terms)]
        yield ";".join([str(number + 1), *cells, f"u{number}@corp.example"]).replace("\n", " ")


def letters_files(seeds: int) -> Iterator[tuple[str, str, int, str, str]]:
    """Language, kind, rows, encoding, text; the text is what the encoding can hold of it."""
    for language, (_, _, encodings) in LANGUAGES.items():
        for kind, header in HEADERS.items():
            for rows in ROWS:
                for seed in range(seeds if rows < 1000 else 1):
                    lines = [unicodedata.normalize("NFC", line) for line in column(language, kind, rows, seed)]
                    for encoding in encodings:
                        kept = [line for line in lines if writable(line, encoding)]
                        text = "\r\n".join([header.replace(",", ";") + ";mail", *kept, ""])
                        if not text.isascii():
                            yield language, kind, rows, encoding, text


def signs_files() -> Iterator[tuple[str, str, int, str, str]]:
    for name, cell in SIGNS.items():
        for rows in (1, 3, 20, 200):
            text = "id;name;note\r\n" + "".join(f"{i};Ann Berg {i};{cell(i)}\r\n" for i in range(rows))
            for encoding in SIGN_ENCODINGS:
                if writable(text, encoding):
                    yield "one sign", name, rows, encoding, text


def writable(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


#: What Windows programs write first: chardet's ranking is read in its order, but one of these wins over what is as likely.
_WINDOWS = ("utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1257", "cp932", "gb18030", "cp949")


def chardet_alone(data: bytes) -> str | None:
    name = chardet.detect(data)["encoding"]
    return str(name) if name else None


def chardet_policy(data: bytes) -> str | None:
    """UTF-8 if it is valid; else chardet's ranking, Windows pages raised by a fifth."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    best: tuple[float, str] | None = None
    for found in chardet.detect_all(data[:65_536], ignore_threshold=True):
        name = found["encoding"]
        if not name:
            continue
        normal = str(name).lower().replace("windows-", "cp")
        score = float(found["confidence"]) + (0.2 if normal in _WINDOWS else 0.0)
        try:
            data.decode(str(name))
        except (UnicodeError, LookupError):
            continue
        if best is None or score > best[0]:
            best = (score, str(name))
    return best[1] if best else None


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    show = "-v" in sys.argv
    right: dict[str, Counter[str]] = {name: Counter() for name in ("ours", "chardet", "policy")}
    total: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    silent = warned = 0
    for language, kind, rows, encoding, text in (*letters_files(seeds), *signs_files()):
        data = text.encode(encoding)
        groups = ["all", f"{rows} rows", kind if language != "one sign" else "one sign"]
        if language != "one sign":
            groups += [language] + ([] if encoding in ("utf-8", "utf-16-le") else ["legacy", f"legacy {rows} rows"])
        total.update(groups)
        started = time.perf_counter()
        guess = detect_encoding(data)
        ours = decode(data, guess).text == text
        spent["ours"] += time.perf_counter() - started  # type: ignore[assignment]
        if ours:
            right["ours"].update(groups)
        warned += guess.score < 0.75 and ours
        silent += guess.score >= 0.75 and not ours
        if show and not ours:
            print(language, kind, rows, encoding, "as", guess.encoding, guess.score)
        for name, detect in (("chardet", chardet_alone), ("policy", chardet_policy)):
            started = time.perf_counter()
            found = detect(data)
            spent[name] += time.perf_counter() - started  # type: ignore[assignment]
            try:
                same = found is not None and data.decode(found) == text
            except (UnicodeError, LookupError):
                same = False
            if same:
                right[name].update(groups)
    print(f"{'':22}{'files':>7}" + "".join(f"{name:>9}" for name in right))
    for group, count in total.items():
        print(f"{group:22}{count:7}" + "".join(f"{100 * found[group] / count:8.1f}%" for found in right.values()))
    print("seconds", {name: round(float(value), 1) for name, value in spent.items()})
    print(f"ours: wrong and sure {silent}, right and not sure {warned}")


if __name__ == "__main__":
    main()
