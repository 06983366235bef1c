"""Names and towns that the word lists of the library do not hold: what encoding detection is measured on."""

from __future__ import annotations

__all__ = ["STRANGERS"]

#: Language → words. A word that comes into the lists has to leave here; a test says so.
STRANGERS: dict[str, str] = {
    "german": (
        "Völkel Häußler Mühlbauer Böhringer Süßmuth Röttgen Jäckel Füssel Wülfing Kröpelin Grünwald "
        "Gänsheimer Höfling Düring Späth Täuber Flößer Hüsken Böhnlein Rühmkorf"
    ),
    "french": (
        "Crépin Ségolène Grégoire Maëva Gaétan Béchet Périgueux Chambéry Lamétairie Théodore Fréjus Cléry "
        "Vénissieux Décembre Préfet Adélaïde Éliane Cécile Dubé Pélissier"
    ),
    "spanish": (
        "Calderón Rincón Simón Efraín Rocío Castañeda Pedreño Iñaki Carreño Avendaño Cortés Valdés Chacón "
        "Noguerón Galán Cebrián Bermúdez Jaén Almería Zárate"
    ),
    "portuguese": (
        "Estevão Leônidas Tavião Sampaio-Brandão Loução Eugênio Ramalhão Faião Antão Tenório Macêdo "
        "Falcão-Pires Lourenço França Olhão Tomé Silvério Lívia Corrêa Tatuí"
    ),
    "italian": (
        "Cefalù Arrò Moschè Cantalupò Pezzè Canicattì Venerdì Mercoledì Bontà Oscurità Felicità Barù Scirè "
        "Verrès Sanità Viltà Mansuè Nicolà Zanè Maltè"
    ),
    "dutch": (
        "Daniëls Coën Brontë Ruën Groënland Oekraïne Italië België Zuidhoëk Geërts Sinclaïr Beëlen Knoët "
        "Australië Egoïst Moët Poëzie Ruïne Lëon Michiël"
    ),
    "swedish": (
        "Sjöstrand Hallström Björling Åkerlund Forsgård Blåvik Höganäs Mjölby Kjellgård Ålund Wikström "
        "Törnqvist Ängelholm Nässjö Fältskog Rådström Grönkvist Hålén Pålsson Mösseberg"
    ),
    "danish": (
        "Bjørg Kjølby Vestergård Østerby Fjeldsøe Nygård Lindegård Brøndum Mølgaard Fuglsang-Bøg Hjørdis "
        "Søholm Tåstrup Sæby Ærenlund Bøtker Krægpøth Rødovre Kløve Måløv"
    ),
    "norwegian": (
        "Bjørkly Fjørtoft Sæther Hægstad Nesgård Grøtting Åsheim Vågan Røros Løken Sjøli Hovgård Førland "
        "Mæland Kvåle Skjåk Tjøme Brækhus Øverland Bøen"
    ),
    "finnish": (
        "Töyrylä Kärkölä Pöysti Hämäri Yläne Säynätsalo Pälkäne Härmä Mäntsälä Töölö Nevanlinna-Näätä Vähä "
        "Eskelä Lappäjärvi Pöntinen Sätäri Ristijärvi Kääriäinen Löytty Hölttä"
    ),
    "icelandic": (
        "Böðvar Þorvaldur Hákon Sæmundur Auður Hallgrímur Eyþór Steinþór Ragnheiðar Sóley Hrafnhildur-Dís "
        "Álfheiður Brynjólfur Húsavík Selfoss-Árborg Garðabær Seyðisfjörður Höfn Gísli Þorbjörg"
    ),
    "polish": (
        "Przybyła Błaszczyk Trzebiatowska-Gąska Żurawski Śliwiński Świątek Wołodźko Łęcki Kępa Brzęczyk "
        "Dzięcioł Rożek Słupsk Elbląg Łomża Bącal Kędzierzyn Olsztyński Źrebiec Gałecka"
    ),
    "czech": (
        "Vondráček Křížová Žďárský Břetislav Dušková Malíř Hřebíček Táňa Kopečný Zděněk Přerov Mělník "
        "Kroměříž Žatec Stejskalová Jarůšek"
    ),
    "slovak": (
        "Kováčik Hruška Šoltés Mňahončák Bučková Dubovský Čadca Púchov Štúr Kráľová Vrábel Zvolenčák "
        "Tatiana-Žitná Bôrik Môcik"
    ),
    "hungarian": (
        "Sándorfi Fülöp Kőszeg Csőke Szőnyi Pötyi Ölveczky Bőhm Tűzkő Gyöngyös Hődör Csongrád-Kovács Füzér "
        "Gödöllő Cegléd Kőműves"
    ),
    "romanian": (
        "Ștefan Țepeș Crăciun Sârbu Pârvu Moldoveanu-Băcanu Drăgan Ghiță Vasilică Brașov Târgoviște Galați "
        "Săndulescu Mureș Ănescu Brâncuși Lăpușneanu Iași"
    ),
    "croatian": (
        "Krešo Vučković Ćurić Đaković Šćepan Bošnjak Žarković Hrvojević Čupić Grčić Čačić Mišković Đurđević "
        "Vinković Ružić Šušak Škarić Kašić Župan Đorđić"
    ),
    "turkish": (
        "Gökçe Tuğrul Şehnaz Işılay Nilgün Kızılırmak Çiğil Başaran Aydoğan Yağmur Güçlü Özdağ Sönmez Ağaoğlu "
        "Beşiktaş Gümüş Ertuğrul Kırca İnönü Şırnak"
    ),
    "lithuanian": (
        "Mikalauskaitė Šlekys Žemaitis Ąžuolytė Grigaliūnas Čiurlionis Ėmužis Gražulis Tarvydė Šilutė Plungė "
        "Ukmergė Rokiškis Bačiulis Žvirblis Vėjūnas Rūkas Kairiūkštis Gabrielė Išganytė"
    ),
    "latvian": (
        "Ķeniņš Zālītis Grīnbergs Ābele Straumēns Dzērve Ļaudona Ģederts Rozīte Bušs-Kūla Ogrēns Limbaži-Rūja "
        "Smiltēns Āķis Kuldīga Sabīne Evelīna Ņikita Pūce Šķēle"
    ),
    "estonian": (
        "Põldmaa Kähär Mölder Tüür Lõoke Pääsuke Hõbe Väljas Lääne Küünal Räpina Türi Võsu Käina Sõber Õisma "
        "Üürike Jõeäär Rõuge Täht"
    ),
    "greek": (
        "Σταύρος Ευθύμιος Λεωνίδας Καλλιόπη Θεόδωρος Μαυρίδης Αναγνώστου Ζωγράφος Κέρκυρα Σέρρες Τρίπολη "
        "Ξάνθη Χαλκίδα Φωτεινή Πηνελόπη Σαμαράς Δούκας Λυμπέρης Ρεβέκκα Κορίνθου"
    ),
    "russian": (
        "Шувалов Прохоров Цыганков Тимофей Ярослав Щукина Ульяновск Хабаровск Кондратьев Ефимова Зинаида "
        "Рязань Барнаул Гаврилов Лаврентий Вероника Жданов Юсупов Эльвира Мещерякова"
    ),
    "ukrainian": (
        "Гнатюк Їжакевич Цимбалюк Ярина Богдан Зеленський Єлизавета Вінниця Ужгород Полтава Щербина Дячук "
        "Ґудзь Кирилюк Ілля Жидачів Романюк Федір Устина Поліна"
    ),
    "bulgarian": (
        "Жеков Цветан Щерев Юлиян Ангелина Кюстендил Бояна Дончев Пенчо Гълъбов Здравко Мънкова Асенов "
        "Кърджали Разград Яна Станимир Боряна Димчев Крум"
    ),
    "hebrew": (
        "אורית גלעד זיו צביה ברקוביץ שושנה קרליבך נחמיה אופיר טובה רחובות כרמיאל נהריה עפולה בועז ליאור סיגל "
        "דורון פלדמן הורוביץ"
    ),
    "arabic": (
        "جمال نبيل شريف كريم ياسر سمير هيثم بلال لطيفة صفاء غادة منصور الجابري الحلبي طنجة حلب أسوان الطائف وليد زكريا"
    ),
    "thai": ("อภิชาติ นันทนา สุรีย์ กิตติ ปรีชา จันทร์เพ็ญ รัชนี ธีระ ลำปาง สุพรรณบุรี พัทยา ระยอง ตรัง วิไล อำนวย เกษม ภาณุ พรชัย ดวงใจ ยุพา"),
    "japanese": "堀内 奥田 滝沢 梶原 榎本 茂木 諏訪 鳥取 熊本 静岡 綾乃 祥子 健吾 翼 栞 笹川 小笠原 塚本 黒田 浅野",
    "chinese simplified": "欧阳娜 慕容复 尉迟恭 司徒雷 诸葛亮 珠海 厦大 温州 兰州 湖南 盛夏 耿静 柴静 庞博 鲍蕾 祝福 骆驼 聂远 阎锡 霍建",
    "chinese traditional": "歐陽龍 司馬遷 諸葛亮 澎湖 淡水 羅東 顧問 龐德 鐘漢良 譚詠麟 關之琳 寶島 蘆洲 鶯歌 頭份 斗六 簡報 穆桂 湯圓 饒慶",
    "korean": "탁재훈 빈예서 감우성 국진 봉태규 뇌섹남 제갈량 독고영 황보라 여수 목포 구미 김해 평택 파주 익산 군산 거제 밀양 통영",
}
