"""Words that cells are written with, by language: yes and no, months, weekdays, and what stands for nothing.

Data, and the same made ready for look-ups. Extend a line by adding words to it. All words are compared by their key
(`_text.fold`): case, accents and dotless i make no difference, so each is written once, as a dictionary has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .._text import fold

__all__ = [
    "BLANK_NAMES",
    "BLANK_TEXTS",
    "BLANK_VALUES",
    "CURRENCIES",
    "DIGITS",
    "ERAS",
    "MONTHS",
    "NO",
    "NOTHING",
    "NOTHING_SIGNS",
    "NOTHING_TYPED",
    "NO_KEYS",
    "WEEKDAYS",
    "YES",
    "YES_KEYS",
]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: What no name, no answer and no figure is: signs a person types into a cell that must not stay empty, and what a
#: spreadsheet shows for a failed look-up. Blank in every field, names included.
NOTHING_SIGNS: Final = _words(
    "- -- --- – — ― ー . .. ... … ? ?? ??? / // _ __ n/a n.a. n.a #n/a #n/v #nv #n/d #na <na> n/d n.d. "
    "(blank) (empty) (leer) (vide) (null) (none) <null> <none> [null] [none] \\n"
)

#: What programs write for a missing value, and people in thirteen languages. Not for the name fields: Null, None, Nan and
#: Nil are people's names.
NOTHING: Final = (
    "null|none|nil|nan|nat|undefined",
    "not applicable|not available|no answer|not specified|not provided|no data|no value",  # en
    "no aplica|no disponible|sin datos|sin especificar|ninguno|ninguna|n/c",  # es
    "sans objet|non renseigné|non applicable|néant|aucun|aucune|s/o",  # fr
    "keine angabe|keine angaben|k. a.|k.a.|k.a|nicht vorhanden|entfällt|keine|keiner|keines",  # de
    "não se aplica|não aplicável|não informado|sem dados|nenhum|nenhuma|n/i",  # pt
    "non applicabile|non disponibile|nessuno|nessuna|non specificato",  # it
    "niet van toepassing|n.v.t.|nvt|niet beschikbaar|geen",  # nl
    "yok|belirtilmemiş|uygulanamaz|boş",  # tr
    "nie dotyczy|brak|brak danych",  # pl
    "ej tillämpligt|saknas|ingen uppgift|inga|ingen",  # sv
    "なし|無し|無|該当なし|該当無し|特になし|未入力|未記入|未設定",  # ja
    "无|無|没有|沒有|不适用|不適用|空|未填写|未填寫|暂无",  # zh
    "없음|해당없음|해당 없음|미입력|미기재",  # ko
)

#: In fields that hold no words (numbers, dates, yes or no) and in choices, these are nothing too. In a text they may be an
#: answer: NA is Namibia and North America, *unknown* is what somebody said.
NOTHING_TYPED: Final = _words(
    "na unknown tbd tba tbc unbekannt inconnu desconocido desconhecido sconosciuto onbekend nieznany okänd 不明 未定 未知 미정"
)

#: Yes, by language, with what spreadsheets of that language write for TRUE. ``x`` and ticks are a list's check marks.
YES: Final = _words(
    "1 true yes y t on x ✓ ✔ ☑ ☒ checked selected enabled "  # en
    "sí s verdadero "  # es
    "oui vrai "  # fr
    "ja j wahr "  # de, nl, sv
    "sim verdadeiro "  # pt
    "vero "  # it
    "waar "  # nl
    "evet doğru "  # tr
    "tak prawda "  # pl
    "sant "  # sv
    "はい 有 有り あり ○ ◯ 〇 "  # ja
    "是 对 對 真 "  # zh
    "예 네 참"  # ko
)

#: No, likewise.
NO: Final = _words(
    "0 false no n f off ☐ ✗ ✘ unchecked disabled "  # en
    "falso "  # es, pt, it
    "non faux "  # fr
    "nein falsch "  # de
    "não "  # pt
    "nee onwaar "  # nl
    "hayır yanlış "  # tr
    "nie fałsz "  # pl
    "nej falskt "  # sv
    "いいえ 無 無し なし × ✕ "  # ja
    "否 不 无 错 錯 假 "  # zh
    "아니요 아니오 거짓"  # ko
)

#: Months 1 to 12 by language: full names, short ones, and the case forms that dates are written in.
MONTHS: Final = (
    (
        "january jan",
        "enero ene janvier janv",
        "januar jänner janeiro",
        "gennaio gen januari",
        "ocak oca",
        "styczeń stycznia sty",
    ),
    ("february feb", "febrero février févr fév", "februar fevereiro fev", "febbraio februari", "şubat şub", "luty lutego lut"),
    ("march mar", "marzo mars", "märz mär mrz março", "maart mrt", "mart", "marzec marca"),
    ("april apr", "abril abr avril avr", "aprile", "aprill", "nisan nis", "kwiecień kwietnia kwi"),
    ("may", "mayo mai", "maio maggio mag", "mei maj", "mayıs", "maja"),
    ("june jun", "junio juin", "juni junho", "giugno giu", "haziran haz", "czerwiec czerwca cze"),
    ("july jul", "julio juillet juil", "juli julho", "luglio lug", "temmuz tem", "lipiec lipca lip"),
    ("august aug", "agosto ago août", "augusti", "augustus", "ağustos ağu", "sierpień sierpnia sie"),
    ("september sep sept", "septiembre setiembre septembre", "setembro set", "settembre sett", "eylül eyl", "wrzesień września wrz"),
    ("october oct", "octubre octobre", "oktober okt outubro out", "ottobre ott", "ekim eki", "październik października paź"),
    ("november nov", "noviembre novembre", "novembro", "", "kasım kas", "listopad listopada lis"),
    ("december dec", "diciembre dic décembre déc", "dezember dez dezembro", "dicembre", "aralık ara", "grudzień grudnia gru"),
)  # fmt: skip

#: Names of weekdays that stand before a date. They are passed over.
WEEKDAYS: Final = _words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi vendredi samedi dimanche "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so "
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar "
    "poniedziałek wtorek środa czwartek piątek sobota niedziela "
    "måndag tisdag onsdag torsdag fredag lördag söndag"
)

#: Years that are counted from elsewhere: era → what is added to its year.
ERAS: Final = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "大正": 1911,
    "明治": 1867,
    "民國": 1911,
    "民国": 1911,
    "西元": 0,
    "公元": 0,
    "西暦": 0,
}

#: Signs and codes of currencies that stand beside an amount (the sign characters of Unicode come on top).
CURRENCIES: Final = _words(
    "usd eur gbp jpy cny rmb krw try tl pln zł sek kr nok dkk chf fr. cad aud nzd inr rs. brl r$ mxn sgd hkd ils zar czk kč huf ft"
)

# -- made ready for look-ups ----------------------------------------------------------------------------------------------------


def _spellings(words: Iterable[str]) -> list[str]:
    """Lower-case spellings, with and without accents: a look-up in a large column folds nothing."""
    return list(dict.fromkeys(form for word in words for form in (word.lower(), fold(word))))


_PHRASES: Final = [phrase for line in NOTHING for phrase in line.split("|")]

#: What stands for nothing in a name, in a text, and in a value that is typed.
BLANK_NAMES: Final = _spellings(NOTHING_SIGNS)
BLANK_TEXTS: Final = _spellings([*NOTHING_SIGNS, *_PHRASES])
BLANK_VALUES: Final = _spellings([*NOTHING_SIGNS, *_PHRASES, *NOTHING_TYPED])

#: Folded words of yes and no, with what they mean.
YES_KEYS: Final = {fold(word): True for word in YES}
NO_KEYS: Final = {fold(word): False for word in NO}

#: Digits and signs of other scripts, as they are read.
DIGITS: Final = {
    chr(zero + digit): str(digit)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)  # Arabic, Persian, Devanagari, Bengali, Thai
    for digit in range(10)
} | {"٫": ".", "٬": "'", "−": "-", "–": "-", "’": "'", "‘": "'", "´": "'", "ʼ": "'"}
