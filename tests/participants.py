"""Participants of many countries for the tests: names, cities, departments and header rows, as people really have them.

Deliberately other words than those in ``readers/text/encoding/languages.py`` wherever a country has others: what is measured is how
the detector does on names that it has never seen. Each language says in which encodings its files come.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

__all__ = ["PEOPLE", "People", "encodings_of", "participant_text"]


@dataclass(frozen=True)
class People:
    domain: str
    header: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    city: tuple[str, ...]
    team: tuple[str, ...]
    encodings: tuple[str, ...]


def _p(domain: str, header: str, first: str, last: str, city: str, team: str, encodings: str) -> People:
    return People(
        domain,
        tuple(header.split("|")),
        tuple(first.split()),
        tuple(last.split()),
        tuple(city.split("|")),
        tuple(team.split("|")),
        tuple(encodings.split()),
    )


_WEST = "cp1252 mac_roman cp850 iso8859-1 iso8859-15"
_CENTRAL = "cp1250 cp852 iso8859-2 mac_latin2"
_CYR = "cp1251 cp866 koi8-r iso8859-5 mac_cyrillic"

PEOPLE: dict[str, People] = {
    "de": _p(
        "de", "Vorname|Nachname|E-Mail|Ort|Abteilung", "Günter Jörn Käte Lukas Rüdiger Gönül Grit Søren Änne Uwe",
        "Öttinger Grünwald Bräuer Häußler Meßmer Lößnitz Kröger Süßmilch Schönfeld Wölfel",
        "Fürth|Köthen|Gießen|Düren|Bad Dürkheim|Münster", "Außendienst|Qualitätssicherung|Öffentlichkeitsarbeit|Prüfwesen", _WEST + " cp437"),
    "fr": _p(
        "fr", "Prénom|Nom de famille|Adresse électronique|Ville|Service", "Maïwenn Gaétan Clémentine Grégoire Adélaïde Valère Étiennette Loïse Zélie Hugues",
        "Bézier Châtelain Grandpré Duprée Gonçalvez Hérault Lainé Prévôt Rivière Crépin",
        "Alès|Mâcon|Évian|Épinal|Besançon|Périgueux", "Contentieux|Trésorerie|Dépôt|Création|Sûreté", _WEST + " cp437"),
    "es": _p(
        "es", "Nombre|Apellidos|Correo electrónico|Población|Departamento", "Ramón Ainhoa Noé Rocío Míriam Efraín Ulises Nerea Hernán Saúl",
        "Cárdenas Marín Ávalos Bermúdez Quiñones Galván Pavón Luján Báez Treviño",
        "Jaén|Almería|A Coruña|Mérida|Alcorcón|Ibi", "Almacén|Atención al público|Tesorería|Diseño gráfico", _WEST + " cp437"),
    "pt": _p(
        "pt", "Nome|Sobrenome|E-mail|Município|Setor", "Tomé Zoraide Adriano Estefânia Heloísa Aurélio Jônatas Sônia Iracema Lázaro",
        "Assis Brandão Romão Camões Bulhões Falcão Félix Quintão Bragança Távora",
        "Faro|Guimarães|Ílhavo|Tomar|Ribeirão Preto|Uberlândia", "Tesouraria|Expedição|Manutenção|Câmbio", _WEST),
    "it": _p(
        "it", "Nome|Cognome|Posta|Città|Qualifica", "Nicolò Desirè Donato Lucrezia Benedetto Ilaria Cosimo Mosè Fabrizio Noè",
        "Arrò Dané Calabrò Scimè Puccetti Mulè Sarà Palù Zappalà Tornabè",
        "Cefalù|Patti|Forlì|Fondi|Thiene|Cantù", "Qualità|Contabilità generale|Vendite|Attività esterne", _WEST + " cp437"),
    "nl": _p(
        "nl", "Voornaam|Achternaam|E-mailadres|Woonplaats|Afdeling", "Chloé Désirée Joëlle Mariëtte Zoë Aäron Daniëlla Thaddeüs Koen Esmée",
        "Reünis Coenraads Biëlle Naeyé Faïd Geïns Wolthuis Goïng Kooiënga Heijden",
        "Coëvorden|Groningen|België|Sint Maarten|Bergen", "Coördinatie|Financiën|Diversen|Beëdiging", _WEST),
    "sv": _p(
        "se", "Förnamn|Efternamn|E-post|Ort|Avdelning", "Torbjörn Åsbjörn Märit Esbjörn Hjördis Jöns Bertil Sölve Åsmund Örjan",
        "Åhlén Grönvall Höglund Lönnqvist Ståhl Färnlöf Öman Sjögård Wåhlin Hjärne",
        "Hässleholm|Ängelholm|Åmål|Söderköping|Falköping|Öregrund", "Inköp|Kvalitet|Säkerhet|Växel|Rådgivning", _WEST),
    "da": _p(
        "dk", "Fornavn|Efternavn|E-mail|By|Afdeling", "Bjørg Jørgine Søs Åsta Asbjørn Frøydis Ægidius Hjørdis Børge Kjeld",
        "Bøgelund Kjærulff Gårde Højlund Æbelø Nygård Bæhr Dalsgård Mølgaard Skovø",
        "Ærøskøbing|Køge|Præstø|Rødovre|Sorø|Ølstykke", "Udvikling|Bogføring|Sikkerhed på værket|Indkøb", _WEST + " cp865"),
    "no": _p(
        "no", "Fornavn|Etternavn|E-post|Sted|Avdeling", "Bjørnar Gøran Ørnulf Åste Sæbjørn Målfrid Kjærsti Røyne Åsmund Tor",
        "Bjerkås Løvås Brønstad Åmodt Sætre Røed Kjølås Haugsbø Tømte Ødven",
        "Mosjøen|Årdal|Kragerø|Røros|Fosnavåg|Grøndalen", "Økonomiavdeling|Måling|Vår linje|Kjøretøy", _WEST + " cp865"),
    "fi": _p(
        "fi", "Etunimi|Sukunimi|Sähköposti|Paikkakunta|Tiimi", "Hännä Ässä Jäätte Nööa Pyry Tyyne Eemeli Yrjänä Säde Väinämö",
        "Järvelä Hölttä Kärnä Nyyssönen Pöysti Säkkinen Törmä Väyrynen Öhman Tähkä",
        "Kemijärvi|Nivala|Sääksjärvi|Pöytyä|Mänttä|Härmä", "Tuotekehitys|Käyttötuki|Ylläpitäjät|Jälkimyynti", _WEST),
    "is": _p(
        "is", "Fornafn|Eftirnafn|Netfang|Bær|Deild", "Þorgerður Hallgrímur Sæmundur Ásgeir Bryndís Þráinn Gyða Völundur Steinþór Iðunn",
        "Þorsteinsdóttir Hákonarson Böðvarsson Gísladóttir Ásgeirsson Eyþórsson Sæmundsdóttir Pálsson Óskarsdóttir Hjálmarsson",
        "Húsavík|Sauðárkrókur|Neskaupstaður|Þorlákshöfn|Dalvík", "Rekstur|Framleiðsla|Öryggismál|Þróun", "cp1252 iso8859-1 cp861 cp850"),
    "pl": _p(
        "pl", "Imię|Nazwisko|Poczta|Miejscowość|Dział", "Świętosława Błażej Bronisław Jędrzej Zdzisław Róża Miłosz Lesław Gracjan Żelisława",
        "Błaszczyk Gołąb Kłos Mączka Pióro Sęk Śnieg Źrebiec Żuraw Trzciński",
        "Chełm|Świdnica|Łomża|Bełchatów|Żory|Jelenia Góra", "Dostępność|Księgowość główna|Jakość|Łączność", _CENTRAL),
    "cs": _p(
        "cz", "Jméno|Příjmení|E-mail|Obec|Útvar", "Ctibor Zbyněk Vítězslav Světlana Květa Břetislav Oldřich Jindřiška Žofie Radůza",
        "Vošahlík Křížek Řezníček Brůžek Ťupa Ďáblík Šebesta Žďárský Vondráček Hůlka",
        "Příbram|Třinec|Žatec|Písek|Náchod|Šumperk", "Vývojáři|Účtárna|Péče o zákazníky|Právní", _CENTRAL),
    "sk": _p(
        "sk", "Meno|Priezvisko|E-mail|Obec|Oddelenie", "Ľubor Ďuro Vlasta Žigmund Čestmír Mária Štefánia Ladislav Šarlota Oľga",
        "Vŕba Hŕstka Šťavík Ďurkovič Čierny Mäsiar Kôstka Šoltés Žitňan Hudák",
        "Vráble|Kežmarok|Liptovský Mikuláš|Senec|Žiar nad Hronom|Hnúšťa", "Údržba|Nábor|Kvalita|Účtáreň", _CENTRAL),
    "hu": _p(
        "hu", "Keresztnév|Vezetéknév|E-mail|Település|Részleg", "Özséb Ágoston Csongor Szőke Hédi Kálmán Tünde Örs Emőke Ödön",
        "Bíró Kőműves Győri Lőrincz Dömötör Szőllősi Vörös Bükki Fülöp Csűri",
        "Gyöngyös|Mezőtúr|Hajdúszoboszló|Dunaújváros|Sümeg|Fertőd", "Üzemeltetés|Minőség|Külső szolgálat|Tőke", _CENTRAL),
    "ro": _p(
        "ro", "Prenume|Nume de familie|E-mail|Localitate|Secţie", "Ilinca Tănase Dragoş Anuţa Mihnea Brânduşel Cosânzeana Horaţiu Nuţu Sorin",
        "Bălăceanu Cărtărescu Deşliu Găvruţa Lupaşcu Pîrvu Săndulescu Tudoraşcu Vâlcan Măciucă",
        "Câmpina|Făgăraş|Orăştie|Sighişoara|Ţăndărei|Mangalia", "Contabilitate şi plăţi|Întreţinere|Relaţii|Calitate", "cp1250 cp852 iso8859-2"),
    "hr": _p(
        "hr", "Ime|Prezime|E-pošta|Grad|Odjel", "Žarana Šimica Hrvoje Ćiril Anđela Dražen Mišo Tonči Jakša Zlatko",
        "Žužul Đikić Čolak Škoro Ćosić Brkić Vrđuka Šušnjara Križan Pečnik",
        "Čabar|Đurđevac|Šolta|Ogulin|Križevci|Poreč", "Pošta i otprema|Održavanje|Željeznica|Naplata", _CENTRAL),
    "sl": _p(
        "si", "Ime|Priimek|E-pošta|Kraj|Oddelek", "Črtomir Živa Boštjan Maša Gašper Štefka Jernej Neža Aleš Ožbej",
        "Škerjanc Čeh Žnidaršič Oblak Hribernik Šinkovec Kočevar Žibert Vovk Mrčun",
        "Črnomelj|Škofljica|Žiri|Brežice|Kočevje|Tržič", "Računovodstvo|Skladišče|Služba za kakovost|Nabava", _CENTRAL),
    "tr": _p(
        "tr", "Ad|Soyad|E-posta|İl|Birim", "Gökçe İlknur Şermin Göksel Çınar Tuğrul Buğra Ülker Nazlı Ilgaz",
        "Akgün Küçük Tığlı Çiftçi Güçlü Şimşekoğlu Kışlak Sığırcı Ördek Bağcı",
        "Kırklareli|Muğla|Şırnak|Artvin|Uşak|Iğdır", "Satın alma|Üretim müdürlüğü|Hukuk işleri|Yazı işleri", "cp1254 iso8859-9 cp857 mac_turkish"),
    "lt": _p(
        "lt", "Vardas|Pavardė|El. paštas|Gyvenvietė|Skyrius", "Šviesė Česlovas Ūla Viešvilė Žygimantas Kęstas Ignė Povilas Saulė Darius",
        "Ąžuolaitis Kučinskas Grybė Žvirblis Šeškus Urbonavičiūtė Čiurlys Bružas Ėglys Mačiulis",
        "Ukmergė|Šilutė|Rokiškis|Žiežmariai|Kuršėnai|Biržai", "Tiekimas|Žmogiškieji ištekliai|Kokybė|Užsakymai", "cp1257 iso8859-13 cp775"),
    "lv": _p(
        "lv", "Vārds|Uzvārds|E-pasts|Apdzīvota vieta|Nodaļa", "Ģertrūde Ņikita Vēsma Ādolfs Skaidrīte Žermēna Kārlīne Ēvalds Ilmārs Ļena",
        "Āboltiņš Cīrulis Dzenītis Ķēniņš Ļaudams Rozītis Šķēle Ūdris Žagars Pļaviņš",
        "Cēsis|Līvāni|Sigulda|Ķegums|Krāslava|Ādaži", "Iepirkumi|Drošība|Pārbaudes grupa|Kvalitāte", "cp1257 iso8859-13 cp775"),
    "et": _p(
        "ee", "Eesnimi|Perenimi|E-post|Asula|Üksus", "Õnne Külli Tõivo Ants Jürgo Pääsu Höövel Maarja Sädeli Žorž",
        "Võsu Räni Kõrts Tüür Öövel Jänes Mõttus Härm Šmidt Pütsep",
        "Põltsamaa|Jõgeva|Räpina|Keila|Türi|Mõisaküla", "Hooldus|Õigusosakond|Järelevalve|Müügitugi", "cp1257 iso8859-13 cp775 iso8859-15"),
    "el": _p(
        "gr", "Μικρό όνομα|Επίθετο|Ηλ. ταχυδρομείο|Τόπος|Μονάδα", "Θεόδωρος Ζωή Στυλιανός Φωτεινή Ραφαήλ Ξένια Όλγα Χαρά Ηλίας Άννα",
        "Ζαχαρίου Θεοχάρης Ξανθός Φραγκούλης Ρήγας Ψαρράς Λαμπρόπουλος Κύρκος Τσιτσάνης Ύψος",
        "Σέρρες|Τρίπολη|Κέρκυρα|Ξάνθη|Άμφισσα|Ψυχικό", "Αποθήκη|Προμήθειες|Ασφάλεια|Έλεγχος", "cp1253 iso8859-7 cp737 mac_greek"),
    "ru": _p(
        "ru", "Имя|Фамилия|Эл. адрес|Населённый пункт|Служба", "Вячеслав Эльвира Зоя Яна Тимофей Щедра Жанна Борис Эдуард Галина",
        "Жуковский Щукин Цыганков Ершов Чехов Юдин Эйзен Хохлов Бердяев Голубев",
        "Тюмень|Ярославль|Щёлково|Хабаровск|Элиста|Жигулёвск", "Склад|Снабжение|Охрана труда|Юридическая служба", _CYR),
    "uk": _p(
        "ua", "Ім'я|Прізвище|Ел. адреса|Населений пункт|Служба", "Ярослава Богдана Їлія Остап Євдокія Любомир Зіновій Степан Ганна Всеволод",
        "Єфименко Їжакевич Пилипенко Грищенко Яценюк Щербина Заїка Близнюк Цимбалюк Жадан",
        "Ізюм|Біла Церква|Мелітополь|Кременчук|Чернівці|Ужгород", "Склад|Постачання|Юридичний підрозділ|Безпека", "cp1251 koi8-u mac_cyrillic"),
    "bg": _p(
        "bg", "Име|Фамилно име|Ел. адрес|Населено място|Звено", "Асен Боряна Здравко Снежана Ъглика Явор Жечка Любен Щерьо Юлиян",
        "Ганчев Балабанов Жечев Шишманов Цолов Юруков Щърбанов Кънчев Хаджиев Пешев",
        "Ямбол|Разград|Видин|Монтана|Кърджали|Смолян", "Склад|Снабдяване|Правен отдел|Сигурност", "cp1251 iso8859-5 mac_cyrillic"),
    "he": _p(
        "il", "שם|שם משפחה|דוא״ל|יישוב|יחידה".replace("״", ""), "אורי גיל צביה נחום עפרה זאב טליה פנינה רועי קרן",
        "אוחיון גולדברג זוהר טנא צור רוזן סבג ענבר חדד קדוש",
        "עכו|צפת|אילת|רעננה|הרצליה", "מחסן|רכש|בטיחות|משפטי", "cp1255 iso8859-8 cp862"),
    "ar": _p(
        "eg", "الاسم الشخصي|اسم العائلة|البريد|البلدة|الوحدة", "بسام ثريا جمال ذكرى رشيد زياد ضحى ظافر غادة وليد",
        "البغدادي الجندي الخطيب الدوسري الرفاعي الشريف الطائي الفارس القاسمي النجار",
        "طنطا|حلب|البصرة|عدن|الخبر", "المستودع|المشتريات|السلامة|الشؤون القانونية", "cp1256 iso8859-6 cp720"),
    "th": _p(
        "th", "ชื่อตัว|ชื่อสกุล|อีเมล|อำเภอ|หน่วยงาน", "กิตติ จันทร์เพ็ญ ดวงใจ ธีระ นิภา พรชัย มานะ รุ่งโรจน์ วรรณา อำไพ",
        "เกษมสุข แก้วมณี คงกระพัน ชัยวัฒน์ ทวีผล นาคะ ปัญญาดี พูลผล ยิ้มแย้ม หาญกล้า",
        "ระยอง|ลำปาง|ตรัง|พะเยา|ยะลา", "คลังสินค้า|จัดซื้อ|ความปลอดภัย|กฎหมาย", "cp874"),
    "vi": _p(
        "vn", "Tên|Họ|Thư điện tử|Nơi ở|Bộ phận", "Khánh Bảo Diễm Giáp Kiều Lộc Mỹ Nhật Phúc Trọng",
        "Đinh Lưu Mạc Tạ Đoàn Thái Cao Châu Triệu Hứa",
        "Vĩnh Long|Quảng Ngãi|Bắc Giang|Tây Ninh|Hải Dương", "Kho hàng|Mua sắm|An toàn|Pháp lý", "cp1258"),
    "ja": _p(
        "jp", "名|姓|メール|勤務地|所属", "拓郎 美咲 悠太 さくら 龍之介 ひかり 亜希子 隼人 瑠美 圭佑",
        "桑原 小野寺 早川 星野 本田 飯塚 樋口 杉山 栗原 古川",
        "静岡|熊本|金沢|宇都宮|さいたま", "購買部|品質保証課|安全管理室|法務グループ", "cp932"),
    "zh-Hans": _p(
        "cn", "名|姓|电邮|所在地|小组", "嘉怡 振宇 桂花 凯 晓东 雅琴 立群 振华 佩珊 永康",
        "季 欧阳 翁 聂 庞 施 尚 温 辛 祝",
        "贵阳|兰州|洛阳|珠海|温州", "仓库|物流部|安全组|法律事务", "gb18030 gbk"),
    "zh-Hant": _p(
        "tw", "名|姓|電郵|所在地|小組", "俊豪 雅筑 冠宇 淑貞 秉諺 麗華 國棟 佩璇 聖傑 慧敏",
        "歐陽 龍 溫 白 馮 段 易 尤 鍾 利",
        "基隆|宜蘭|台東|淡水|鹿港", "倉庫|物流部|安全組|法律事務處", "big5"),
    "ko": _p(
        "kr", "성|이름|전자우편|근무지|소속", "가영 동욱 상철 미란 태희 은경 기영 소라 용준 해인",
        "김 이 박 최 정 강 조 윤 장 임",
        "광명|여수|목포|속초|김해", "물류팀|자재부|안전관리과|법무실", "cp949 euc_kr"),
}  # fmt: skip


def encodings_of(language: str) -> tuple[str, ...]:
    return PEOPLE[language].encodings


_ASCII = {"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"}


def plain(text: str) -> str:
    made = "".join(_ASCII.get(c, unicodedata.normalize("NFD", c)[0]) for c in text.lower())
    return made if made.isascii() else ""


def participant_text(
    language: str,
    rows: int,
    *,
    seed: int,
    delimiter: str = ",",
    end: str = "\r\n",
    header: str = "own",
    address: str = "name",
) -> str:
    """A participant file. ``header``: own | english | none; ``address``: name (as people have it) | number."""
    people = PEOPLE[language]
    rng = random.Random(seed)
    lines = []
    if header == "own":
        lines.append(delimiter.join(("ID", *people.header)))
    elif header == "english":
        lines.append(delimiter.join(("id", "first name", "last name", "email", "city", "department")))
    for number in range(1, rows + 1):
        first, last = rng.choice(people.first), rng.choice(people.last)
        local = (
            f"{plain(first)}.{plain(last)}" if address == "name" and plain(first) and plain(last) else f"user{number}"
        )
        domain = f"corp.{people.domain}" if address == "name" else "corp.example"
        lines.append(
            delimiter.join(
                (str(1000 + number), first, last, f"{local}@{domain}", rng.choice(people.city), rng.choice(people.team))
            )
        )
    return end.join(lines) + end
