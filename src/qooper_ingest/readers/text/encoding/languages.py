"""What participant files are written in: words of thirty-odd languages, as evidence for an encoding.

What is wanted: enough of each language to tell whether a few letters, read in some encoding, look like it: common
forenames and surnames, cities, and the words that stand in header rows and department columns. A word list is a letter
and letter-pair model and a dictionary in one, and anybody can check and extend it. The lists lean to words with letters
beyond ASCII, since only those tell encodings apart; the plain ones tell the language.

Each language names the encodings in which spreadsheet and office programs have written it, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["CHARACTERS", "LANGUAGES", "Language"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as far as files of people show it.

    Args:
        encodings: Codec names, likeliest first.
        domains: Endings of host names that hint at the language.
        words: Lower-case words, separated by blanks.
        letters: Letters beyond those of the words that the language has.
    """

    encodings: tuple[str, ...]
    domains: tuple[str, ...]
    words: str
    letters: str = ""


_WEST: Final = ("cp1252", "mac_roman", "cp850", "iso8859-15", "cp437")
_NORTH: Final = ("cp1252", "mac_roman", "cp850", "cp865", "iso8859-15", "cp437")
_CENTRAL: Final = ("cp1250", "cp852", "iso8859-2", "mac_latin2")
_SOUTH: Final = ("cp1250", "cp852", "iso8859-2", "mac_latin2", "mac_croatian")
_BALTIC: Final = ("cp1257", "cp775", "iso8859-13", "iso8859-4")
_CYRILLIC: Final = ("cp1251", "cp866", "koi8-r", "mac_cyrillic", "iso8859-5", "cp855")

#: Language → what is known of it. Alphabetic scripts; the others are in `CHARACTERS`.
LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "english": Language(
            ("cp1252", "mac_roman", "cp437", "cp850"),
            ("uk", "us", "ie", "au", "nz"),
            "first last name surname email phone department city country status address team role start location title"
            " café résumé façade naïve josé andré rené zoë chloë renée beyoncé sean siobhán seán niamh órla pádraig"
            " michael david john robert mary james sarah jennifer o’brien o’connor o’neill d’arcy brontë",
        ),
        "german": Language(
            _WEST,
            ("de", "at", "ch", "li"),
            "müller schäfer schröder köhler könig krüger böhm günther jürgen jörg björn sören käthe bärbel hänsel groß weiß"
            " strauß preuß voß vogel weber wagner jäger schütz schütte lührs lüdtke möller böttcher größe straße straßen"
            " geschäftsführung geschäftsführer geschäft qualität prüfung schlüssel nürnberg münchen köln düsseldorf zürich"
            " lübeck würzburg tübingen göttingen saarbrücken osnabrück mönchengladbach österreich überblick übersicht"
            " büro für prüfer führungskräfte küche händler bäcker götz köster kühn hübner völker frühwirth günter"
            " ursula käfer bürger städte länder räume über später schön grün süß lösung änderung öffentlich ärztin"
            " vorname nachname name abteilung stadt ort telefon anrede geburtsdatum eintritt bemerkung rolle standort"
            " matthias andreas stefan michael thomas anna lena jonas jürgens brückner bäumer förster größer händel"
            " straßer dörte börge ömer vertrieb einkauf buchhaltung personal entwicklung kündigung eintrittsdatum",
            "äöüßÄÖÜ",
        ),
        "french": Language(
            _WEST,
            ("fr", "be", "ch", "ca", "lu"),
            "prénom nom société adresse téléphone département numéro référence équipe entité poste ville pays statut"
            " date courriel début fin rôle échéance catégorie spécialité employé employée créé modifié âge"
            " françois françoise rené renée andré andrée josé jérôme benoît cédric sébastien frédéric stéphane hélène"
            " élodie émilie éric étienne édouard éloïse aurélie amélie céline chloé zoé zoë noël noëlle joël gaël gaëlle"
            " anaïs loïc maëlle raphaël raphaëlle michaël mickaël léa léo théo timothée barthélémy gérard gérald rémi rémy"
            " hervé désiré aimé agnès geneviève thérèse solène irène marlène hélie véronique valérie béatrice bénédicte"
            " stéphanie mélanie noémie clémence léonie océane maïté inès jean pierre marie lefèvre lefébvre besançon"
            " lemaître château côté bérenger bélanger gagné ménard pérez leclère bégin hébert lévesque desprès crête"
            " orléans nîmes besançon béziers sète saint-étienne montréal québec genève liège évreux évry angoulême"
            " ressources comptabilité qualité sécurité direction générale développement marketing ingénierie logistique"
            " achats études contrôle gestion français être à où déjà très élève collège œuvre cœur sœur"
            " garçon reçu façon leçon boîte hôtel hôpital août pâtissier bûcheron naïf maïs",
            "àâæçèéêëîïôœùûüÿÀÂÇÈÉÊËÎÏÔŒÙÛ",
        ),
        "spanish": Language(
            _WEST,
            ("es", "mx", "ar", "cl", "co", "pe", "uy", "ve"),
            "nombre apellido apellidos correo teléfono dirección ciudad país departamento número código posición estado"
            " teléfonos año años área región sí más niño niña español españa compañía sucursal contraseña género"
            " josé maría jesús andrés ángel ángela ángeles mónica verónica sofía lucía raúl iván adrián sebastián tomás"
            " álvaro álvarez óscar óscars héctor rubén joaquín martín agustín germán fermín belén inés nicolás matías"
            " garcía gonzález rodríguez fernández lópez martínez sánchez pérez gómez hernández jiménez díaz muñoz núñez"
            " ramírez suárez vázquez gutiérrez domínguez méndez ordóñez ibáñez peña peñalver castaño yáñez zúñiga"
            " málaga córdoba cádiz león gijón avilés mérida ávila cáceres logroño méxico bogotá medellín asunción"
            " administración producción atención gestión dirección logística informática contaduría análisis diseño"
            " ingeniería comunicación técnico técnica médico jurídico económico begoña íñigo ñoño vicuña güell argüelles"
            " sigüenza pingüino"
            " sebastiana baltasar benjamín bartolomé belisario constanza cristóbal damián darío efrén elías emilián"
            " eugenia ezequiel fabián felicísima félix gastón gerónimo hernán isaías israel jeremías jerónimo josué"
            " julián leónidas lázaro máximo marián melchor moisés noé octavio plácido ramón román rosalía salomé saúl"
            " teófilo úrsula víctor vicente zacarías noemí rebeca raquel estefanía melanía rosario sara concepción"
            " encarnación purificación visitación ascensión íngrid débora olegario adán abrahám aarón acuña águila"
            " aguilar alarcón albarracín alcántara almirón alonso aragón arévalo arráez ayllón báez barragán barrón"
            " bazán beltrán benítez blázquez bolaños briceño buendía cañadas cañas cañete cárdenas carrión castellón"
            " cedeño céspedes colón cuéllar dávila durán escribá espín estévez fábregas farías fariñas frías gaitán"
            " gálvez garzón giménez guillén guzmán juárez lizárraga llanes lomelí lorán luján macías mariño márquez"
            " marín mejía meléndez míguez millán miño monzón morán moyá muñiz nájera narváez nolasco olmos ordás"
            " ortuño otálora páez pabón padrón patiño paúl peláez pinzón piñeiro piñera piñón quiñones quirós ríos"
            " roldán rincones saldaña salomón sáenz sáez santamaría solís téllez treviño tristán ureña valdivieso"
            " valentín velázquez véliz verdún vélez viñas yébenes cataluña andalucía coruña alcorcón móstoles alcalá"
            " getafe leganés jerez algeciras santander perú panamá república haití ecuatorial querétaro culiacán"
            " torreón tuxtla jalapa cancún michoacán potosí tucumán neuquén río paraná maracaibo cumaná ibagué cúcuta"
            " popayán valparaíso chillán copiapó iquique antofagasta junín observación observaciones inicio"
            " conclusión participante capacitación evaluación",
            "áéíóúüñÁÉÍÓÚÜÑ¿¡",
        ),
        "catalan": Language(
            _WEST,
            ("cat",),
            "cognom cognoms adreça telèfon població àrea departament número direcció núria mercè montserrat jordi"
            " joan josé àngel àngels òscar laia anaïs raül martí gemmà sílvia mònica verònica sònia lluís ramón"
            " puigdemont català barcelona lleida gràcia sants formació comunicació gestió atenció administració",
            "àçèéíïòóúü·ÀÇÈÉÍÒÓÚ",
        ),
        "portuguese": Language(
            _WEST,
            ("pt", "br", "ao", "mz"),
            "nome sobrenome apelido telefone endereço cidade país departamento função código número situação início"
            " joão josé antônio antónio sebastião estêvão cristóvão luís luísa inês mônica mónica patrícia márcia márcio"
            " cláudio cláudia sérgio fábio flávio flávia júlio júlia lúcia lúcio otávio vinícius césar andré andréia"
            " débora vitória letícia letícia fátima conceição assunção aparecida gonçalves gonçalo araújo magalhães guimarães"
            " simões brandão leitão galvão falcão frazão nóbrega antunes conceição são paulo brasília goiânia"
            " florianópolis belém maceió são luís vitória cuiabá niterói lisboa évora setúbal santarém covilhã"
            " administração produção gestão direção comunicação informação educação saúde jurídico logística financeiro"
            " não sim você além já até também três avô avó pão mãe irmã irmão coração ação ações direções"
            " órgão matrícula usuário funcionário secretária secretário técnico engenharia recursos humanos ângela ângelo"
            " joaquim zélia amélia cecília natália emília célia délia noémia noêmia sônia tânia vânia antônia eulália"
            " rogério maurício fabrício aurélio valério inácio horácio tércio dário décio hélio élcio caetano simão"
            " adão abraão salomão damião romão leão pavão carvão trovão alemão lobão bulhões camões cortês garcês"
            " português francês moisés tomás brás valadão cristovão catarino quitério maricá macaé itajaí jundiaí"
            " tatuapé avaí açu iguaçu américo itaboraí piauí amapá pará paraná ceará espírito santo goiás maranhão"
            " rondônia acre braga bragança póvoa alcobaça açores ourém olivais benção bênção produções opções seções"
            " lições conclusão data observação observações participante",
            "áàâãçéêíóôõúüÁÀÂÃÇÉÊÍÓÔÕÚ",
        ),
        "italian": Language(
            _WEST,
            ("it",),
            "nome cognome città indirizzo telefono reparto ruolo provincia stato qualità attività società università"
            " nicolò niccolò mosè noè giosuè josè salomè zoè dalò calò forlì cantù mondovì perché più già sarà così"
            " responsabilità contabilità sì è libertà novità capacità identità però può ciò età metà lunedì martedì"
            " giuseppe giovanni francesco maria rossi russo ferrari esposito bianchi colombo ricci marino"
            " direzione amministrazione produzione desirè mirò martì nardò santhià zanardì bellù menabò canonicò scalfarò qualità"
            " puà ferrù sansò trovò jacopò"
            " totò nanà cioè ahimè poiché finché affinché benché giacché purché sicché perciò laggiù quaggiù tribù"
            " gioventù virtù schiavitù menù ragù tutù bambù corfù perù caffè tè bignè canapè narghilè oboè andò parlò"
            " arrivò partì finì morì farà dirà verrà potrà vorrà dovrà andrà saprà avrà maturità comunità autorità"
            " varietà realtà necessità possibilità disponibilità pubblicità attualità densità dignità diversità"
            " eredità facoltà fedeltà gravità idoneità immunità intensità lealtà maestà maternità mobilità modalità"
            " nazionalità normalità opportunità parità pietà povertà priorità probabilità proprietà quantità"
            " razionalità regolarità sincerità solidarietà specialità stabilità tranquillità unità utilità validità"
            " velocità verità vitalità volontà località lucidità giovedì altresì tassì colibrì né sé nonché papà"
            " mamma là chissà salò leinì agliè ciriè almè direttrice responsabile inizio fine partecipante note"
            " formazione sicurezza",
            "àèéìòùÀÈÉÌÒÙ",
        ),
        "dutch": Language(
            _WEST,
            ("nl", "be"),
            "voornaam achternaam naam afdeling plaats telefoonnummer adres functie land geboortedatum tussenvoegsel"
            " zoë chloë noël joël daniël daniëlle michaël gabriël raphaël israël beëindigd geïnteresseerd coördinator"
            " coördinatie reünie ideeën categorieën financiële bijzonderheden patiënten cliënt cliënten één vóór"
            " andré rené renée françoise hélène jérôme thérèse loïs anaïs jan pieter van der berg visser bakker"
            " jansen vries boer mulder personeelszaken inkoop verkoop medewerker officiële materiële"
            " tiësto noëlla joëlle mariëlle daniëlla ariël ismaël emanuël ezechiël rafaël samuël indonesië brazilië"
            " argentinië azië syrië tunesië roemenië slovenië georgië algerije californië sicilië oriënt officieel"
            " coördineren geïnteresseerde geïntegreerd egoïsme mozaïek naïef reële ideële commerciële industriële"
            " speciële provinciaal zeeën knieën drieëntwintig tweeëndertig beëindiging geëvalueerd geëindigd reünist"
            " coöperatie zoölogie poëtisch piëta hiërarchie efficiëntie cliënte ingrediënten oriëntatie variëteit"
            " sociëteit café logé procedé crêpe enquête scène",
            "éëïöüèáóúÉËÏÖ",
        ),
        "swedish": Language(
            _NORTH,
            ("se", "ax"),
            "förnamn efternamn avdelning ort telefon adress stad roll företag anställd anställning född ändrad åtgärd"
            " åsa åke märta måns björn göran sören jörgen östen örjan håkan lars-göran pär pål mårten hjördis stålhammar"
            " åkesson åberg åström ågren öberg östlund ström sjöberg sjögren sjöström lindström bergström engström"
            " söderberg söderström söderlund hägglund häggström mörk löfgren löfström lövgren björk björklund nyström"
            " fransén wallén norén hedén gullström malmö göteborg västerås örebro linköping norrköping jönköping umeå"
            " luleå gävle växjö östersund södertälje skellefteå borås borlänge trollhättan försäljning inköp"
            " ekonomi utbildning kundtjänst ledning lön löner personal räkning årsmöte är från också då någon år"
            " två många höger vänster sägen andersson johansson karlsson nilsson eriksson larsson",
            "åäöéüÅÄÖÉ",
        ),
        "danish": Language(
            _NORTH,
            ("dk", "fo", "gl"),
            "fornavn efternavn afdeling by telefon adresse navn stilling ansættelse ansat fødselsdato medarbejder"
            " søren jørgen jørn bjørn rené åse åge gøsta øjvind ørsted bodil mikkel rasmus kåre måns lærke sørine"
            " sørensen jørgensen nørgaard nørregaard højgaard kjær kjærgaard skjødt østergaard lærke bøgh møller"
            " ræv rømer krøyer thrane bæk kirkebæk holbæk dahlstrøm lindstrøm søgaard ødegaard åkjær"
            " københavn århus ålborg køge næstved hjørring helsingør herning sønderborg tønder rønne nykøbing"
            " økonomi salg indkøb uddannelse løn lønninger ledelse kørsel også både på få år når større"
            " hansen nielsen jensen pedersen andersen ærø æble ægte ældre æske skovby næsby præst kærgård ræd sølv",
            "æøåéÆØÅÉ",
        ),
        "norwegian": Language(
            _NORTH,
            ("no", "sj"),
            "fornavn etternavn avdeling sted telefon adresse navn stilling ansatt fødselsdato medarbeider by poststed"
            " bjørn jørgen jørn øystein øyvind ørjan åse åge åshild torbjørn sølvi sølve håkon håvard pål pål mørk"
            " kåre måren gøril tørres snorre ståle tårn grønn høye ødegård ødegaard bråten bråthen solbakken"
            " østby østli strøm bjørnstad bjørnsen sørensen sørlie nordgård brønnøysund tromsø bodø ålesund"
            " lillestrøm drøbak hønefoss gjøvik sandnessjøen svolvær vadsø hammerfest førde sør-trøndelag møre"
            " økonomi salg innkjøp opplæring lønn ledelse kjøp også både på få år når større hansen johansen olsen"
            " bjørnar børge bård gøran lærke målfrid oddbjørg rønnaug sigbjørn skjalg solfrid sæmund tørris ågot"
            " åmund åslaug åsne åsta øivind øydis ørnulf hallvard jostein ragnhild torgrim trygve sjur olav magnhild"
            " unni aarø alnæs arnøy askøy bakkås bjørge bjørklund bjørndal bjørnerud bræin børresen bøe bøhn dørum"
            " engebråten flåten frøland grøndahl grønli grønvold håland hårstad høiland høyland indrebø kirkebø"
            " kalvøy knutsøn kolås kråkenes lillebø lindås lødøen løkkeberg lønning løvås malmø melbø midtbø moå"
            " molvær mølmen møller mørch nesbø nordbø nordås nybø næss nærbø nøtterøy oppegård rognås rådal rørvik"
            " røssland røstad rånes sandbø sandnæs selvær skjæveland skjønhaug skogås skår skåre skråmestø slåtten"
            " solbø solås stavnæs stokkå storås strømme strømsnes sundbø svanøy sæbø sæle sæternes søgne sølvberg"
            " sørby sørheim søvik tjønn tjønneland torvund trædal trøen tveitå tønnesen tørdal vedøy vestbø viksås"
            " værnes våge våland øgård øien økland økern østbø østerhus østgård østrem østvold øvrebø øvregård øyen"
            " åkre årdal årnes årstad åsen åserud åsland",
            "æøåéòôÆØÅ",
        ),
        "finnish": Language(
            _NORTH,
            ("fi",),
            "etunimi sukunimi osasto kaupunki puhelin osoite nimi tehtävä sähköposti syntymäaika päivä päivämäärä"
            " työntekijä työ yksikkö tila esimies väinö päivi jääskeläinen hämäläinen mäkinen mäkelä niemelä heikkilä"
            " mäki lähteenmäki kähkönen hyvärinen ylönen rönkkö tyyrönen pöllänen häkkinen räikkönen kärkkäinen väisänen"
            " pietilä jokelä määttä östman sjöblom kyllönen hänninen pärssinen lämsä ylä-anttila yrjö yrjönen äijälä"
            " jyväskylä hämeenlinna hyvinkää järvenpää riihimäki seinäjoki mikkeli äänekoski pietarsaari ylöjärvi"
            " myynti henkilöstö markkinointi johto kehitys hallinto ylläpito jäsen lisätietoja käytössä",
            "äöåÄÖÅšž",
        ),
        "icelandic": Language(
            ("cp1252", "mac_roman", "cp861", "cp850", "iso8859-15", "mac_iceland"),
            ("is",),
            "fornafn eftirnafn nafn netfang sími deild staða heimilisfang borg fæðingardagur þór þóra þórður þorsteinn"
            " guðrún guðmundur sigurður björn björk jón ólafur ólöf ásta ásdís ægir ævar sigríður ragnheiður þórunn"
            " kristín margrét hrönn örn össur árni ágúst bjarni friðrik guðjón hörður ísak jóhann jóhanna jónína"
            " jónsdóttir jónsson guðmundsdóttir sigurðsson þórðardóttir ólafsdóttir björnsson magnúsdóttir einarsdóttir"
            " reykjavík akureyri kópavogur hafnarfjörður ísafjörður egilsstaðir vestmannaeyjar þjónusta"
            " fjármál starfsmaður sala það við eða með"
            " hafþór ásgeir guðlaugur ingibjörg sigurlaug þórhildur þórarinn þórdís þórey valgerður hólmfríður"
            " jóhannes kjartan sveinbjörn sigþór vigdís unnur hildur elín lára sólveig ástríður ásgerður álfrún hrafn"
            " úlfur ýmir ýr svavar rúnar rúna gíslason pálsson pálsdóttir árnason árnadóttir þorsteinsson"
            " kristjánsson kristjánsdóttir jóhannsson jóhannsdóttir gunnarsdóttir stefánsson stefánsdóttir þórsson"
            " hjörleifsson borgarnes stykkishólmur ólafsvík bolungarvík siglufjörður dalvík neskaupstaður hveragerði"
            " grindavík njarðvík mosfellsbær sauðárkrókur blönduós þorlákshöfn framkvæmdastjóri fjármáladeild"
            " mannauður þjálfun athugasemd upphaf lok þátttakandi já nei",
            "áéíóúýðþæöÁÉÍÓÚÝÐÞÆÖ",
        ),
        "polish": Language(
            _CENTRAL,
            ("pl",),
            "imię nazwisko dział miasto telefon adres numer stanowisko rola data urodzenia województwo państwo oddział"
            " łukasz paweł michał rafał bartłomiej mikołaj stanisław władysław mirosław bogusław jarosław wojciech"
            " krzysztof agnieszka małgorzata elżbieta grażyna bożena łucja żaneta żanna józef józefa"
            " wiśniewski wiśniewska wójcik kowalczyk kamiński kamińska lewandowski zieliński zielińska szymański"
            " woźniak dąbrowski dąbrowska kozłowski jabłoński król wróbel pawłowski górski gołębiewski głowacki"
            " święcicki ślusarczyk żak żukowski ćwikła łuczak sikorski zając krawczyk piątek stępień gąsior gałązka"
            " kraków łódź wrocław poznań gdańsk białystok częstochowa rzeszów toruń gorzów zielona góra tychy gdynia"
            " księgowość sprzedaż zarząd obsługa kadry płace szkolenie zakupy logistyka następny początek koniec"
            " również więcej są będzie został może każdy źródło działalność wartość ilość ulica kod część"
            " adam adrian aleksander andrzej antoni beata bogdan cezary czesław damian daniel dariusz dominik edward"
            " eugeniusz filip gabriel grzegorz henryk ireneusz jacek jakub jan jerzy kamil karol kazimierz lech"
            " leszek łucjan maciej marcin mateusz marian mariusz marek norbert piotr przemysław radosław roman"
            " ryszard sebastian sławomir szymon tadeusz tomasz wacław waldemar wiesław wiesława wiktor witold"
            " wincenty zbigniew zdzisław zenon zygmunt anna barbara danuta dorota ewa halina hanna iwona jadwiga"
            " joanna jolanta józefina justyna karolina katarzyna krystyna magdalena marzena monika renata stanisława"
            " sylwia teresa urszula wanda weronika zofia adamczyk baranowski bąk borkowski brzeziński chmielewski"
            " cieślak cieśla czarnecki czerwiński duda dudek dziedzic gajewski górecki grabowski jasiński"
            " jędrzejewski kaczmarek kaczyński kalinowski kołodziej kołodziejczyk konieczny kopeć kot kowal krupiński"
            " kruk kubiak kucharski kurek kwiatkowski lis łapiński łukasik maciejewski majewski malinowski marciniak"
            " markiewicz mazur mączka mróz musiał nowakowski ostrowski pająk pałka pietrzak piotrowski rogowski"
            " rutkowski sadowski skórski skowroński sobczak sokołowski stachowiak szczepański szczęsny szulc"
            " tomaszewski tomczyk urbański walczak wasilewski wąsik wieczorek wilczyński witkowski włodarczyk"
            " wojciechowski wróblewski wysocki zakrzewski zawadzki ziółkowski żbik żuraw bełchatów bielsko będzin"
            " brześć bydgoszcz chełm chorzów dąbrowa ełk gliwice głogów inowrocław jastrzębie jelenia kalisz"
            " kołobrzeg konin koszalin leżajsk mielec mińsk nowy sącz nysa opole ostrołęka piła piotrków płock puławy"
            " przemyśl radomsko ruda śląska siedlce skarżysko sopot szczecin świdnica świnoujście tarnów wałbrzych"
            " włocławek zabrze zamość żory żyrardów kierownik pracownik uczestnik uwagi tak nie zakup jakość rozwój",
            "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
        ),
        "czech": Language(
            _CENTRAL,
            ("cz",),
            "jméno příjmení oddělení město telefon adresa pozice stav číslo země kraj zaměstnanec nástup důvod poznámka"
            " jiří ondřej tomáš lukáš matěj šimon štěpán vojtěch kateřina barbora žaneta jiřina lenka markéta alžběta"
            " zdeněk luboš miloš aleš františek antonín bedřich růžena jaroslav jaroslava věra naďa přemysl"
            " novák nováková dvořák dvořáková černý černá procházka kučera veselý horák němec pokorný růžička"
            " fiala krejčí jelínek růžičková šťastný říha bláha čermák beneš kovář kolář hájek král marešová doležal"
            " brno plzeň olomouc české budějovice hradec králové ústí nad labem pardubice zlín havířov kladno děčín"
            " třebíč účetní účetnictví řízení výroba obchod nákup vývoj údržba školení můj tři dům který před"
            " včetně společnost výše může název kód měsíc",
            "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ",
        ),
        "slovak": Language(
            _CENTRAL,
            ("sk",),
            "meno priezvisko oddelenie mesto telefón adresa pozícia číslo krajina zamestnanec poznámka ulica"
            " ján jozef štefan ľubomír ľuboš ľudovít miloš tomáš lukáš matúš ondrej šimon žofia ľubica ľudmila"
            " zuzana katarína mária alžbeta božena dušan ľuba horváth kováč kováčová varga tóth nagy baláž molnár"
            " szabó novák kučera lukáč krajčí šimko hudák poliak ďurica ďuriš ďurčo žiak gajdoš čech kráľ"
            " bratislava košice prešov žilina nitra banská bystrica trenčín martin ružomberok topoľčany"
            " účtovníctvo výroba predaj nákup vývoj vzdelávanie riaditeľ učiteľ vedúci môže stôl kôň päť mäso"
            " adriána anežka branislav drahomíra emília eva františka janka jaroslav júlia krištof lenka lýdia"
            " magdaléna marcel márius michaela mikuláš milan monika nikoleta oľga patrik peter radoslav renáta róbert"
            " roman rudolf samuel simona slávka soňa stanislav štefánia tamara terézia tibor timotej valéria vendelín"
            " viliam viktória vladimír zdenko balážová bartoš beňo blaško chovanec cibuľa čierny čonka danko dudáš"
            " fábry gašpar greguš hajdúk hlaváč hučko jančovič jurík kollár maľar mašek matúška mikuš mráz múčka"
            " náhlik ondruš oravec petráš polák rác rusnák sedlák sklenár sloboda straka šípoš špaček šuba švec urbán"
            " valach važec záhorský zeman želiezka bardejov brezno dolný humenné kežmarok komárno liptovský levoča"
            " lučenec malacky michalovce piešťany poprad prievidza rožňava senec skalica snina spišská šaľa štúrovo"
            " trebišov trnava žiar účastník začiatok koniec poznámky áno nie kvalita",
            "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĽŇÓÔŠŤÚÝŽ",
        ),
        "hungarian": Language(
            _CENTRAL,
            ("hu",),
            "név vezetéknév keresztnév osztály város telefon cím beosztás ország születési dátum megjegyzés"
            " lászló istván józsef jános zoltán sándor ferenc gábor péter tamás győző győrgy györgy ágnes éva"
            " katalin mária erzsébet ilona zsófia réka enikő jenő ernő dezső árpád ödön ákos ádám bálint máté márk"
            " nagy kovács tóth szabó horváth varga kiss molnár németh farkas balogh papp lakatos takács juhász mészáros"
            " oláh simon rácz fekete szűcs kőszegi hegedűs erdős főző csűrös ősz űrhajós köő pintér gál szőke török"
            " budapest győr pécs debrecen kecskemét székesfehérvár nyíregyháza szombathely érd tatabánya hódmezővásárhely"
            " értékesítés pénzügy beszerzés könyvelés fejlesztés vezető ügyfél ügyfélszolgálat idő kezdő belépő"
            " működés szükséges között több első",
            "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",
        ),
        "romanian": Language(
            ("cp1250", "cp852", "iso8859-2", "iso8859-16", "mac_romanian"),
            ("ro", "md"),
            "nume prenume oraş telefon adresă funcţie departament ţară judeţ număr început iniţială"
            " ştefan ştefania mihăiţă ioniţă gheorghiţă lăcrămioara cătălin cătălina mădălina mălina răzvan bogdănel"
            " brânduşa sânziana mariţa ţuţea ţurcanu bălan munteanu stănescu stănciulescu dănilă mureşan moldoveanu"
            " călinescu bărbulescu păun păunescu brătianu văcărescu ciobotaru niţă niţu şerban şandru şoimaru ţepeş"
            " bucureşti iaşi constanţa cluj timişoara braşov galaţi ploieşti piteşti bacău buzău botoşani suceava"
            " târgu mureş brăila râmnicu vâlcea reşiţa vânzări producţie achiziţii resurse umane direcţie"
            " şi în să că această după până fără între mâine pâine ştiinţă instituţie situaţie"
            " andrei alexandru bogdan călin ciprian constantin cosmin cristina daniel dănuț dorin dumitru elena"
            " florin florentina gabriel gheorghe ionuț iulian iulia laurențiu liviu lucian marius mădălin mihăiță"
            " mihăilă nicolae ovidiu petru rareș ramona sorin tudor valentin vlăduț ștefania ștefănescu șerban șandru"
            " țăran țurcanu bălășoiu bănică bătrân boboc căpitanu cârstea cîmpeanu ciobănel ciocârlan cojocărița"
            " dănescu dărăban dobândă drăghici drăgoi dumbravă făgădău frățilă gădean gânju grădinaru grigoraș hâncu"
            " hăulică iordănescu lăcătuș lăzărescu lăutaru măgureanu mălai mănescu mărginean mâță mihăilescu moțoc"
            " mușat neacșu negruțiu năstase nițu oprișan pădureanu pănescu pâslaru puiuț rădulescu râpeanu roșca roșu"
            " săvulescu sălăgean sîrbu șchiopu stăncioiu suciu tănase tătaru târnoveanu țigănuș ungureanu vlășceanu"
            " vrânceanu zăvoianu bârlad bistrița botoșani călărași câmpina craiova dâmbovița făgăraș focșani giurgiu"
            " hunedoara ialomița maramureș mediaș năsăud neamț onești orșova oțelu pașcani piatra pitești ploiești"
            " rădăuți reșița satu sibiu slănic sighișoara timiș timișoara tulcea vaslui vrancea director angajat"
            " angajată sfârșit observații participanți da nu achiziții calitate producție",
            "ăâîşţĂÂÎŞŢșțȘȚ",
        ),
        "croatian": Language(
            _SOUTH,
            ("hr", "ba", "rs", "si", "me"),
            "ime prezime odjel grad telefon adresa država broj mjesto radno poštanski priimek oddelek naslov"
            " željko željka žarko živko šime šimun đuro đurđica čedomir ćiro božidar božena dražen krešimir tomislav"
            " ivan marko ana marija zvonimir snježana nevenka đorđe stjepan mate mateja tadej matjaž blaž aljaž anže"
            " uroš tomaž žiga špela urška nežka andraž jože horvat kovačević babić marić jurić novak kovačić vuković"
            " knežević marković petrović matić tomić božić perić pavlović šarić šimić jukić filipović đurić"
            " krajnc zupančič kovač potočnik mlakar golob kos božič kralj žagar hočevar turk petrič"
            " zagreb split rijeka osijek šibenik čakovec požega varaždin đakovo ljubljana maribor velenje žalec škofja"
            " niš čačak šabac požarevac uprava prodaja računovodstvo nabava vođa voditelj služba čiščenje"
            " što više još već također može područje",
            "čćđšžČĆĐŠŽ",
        ),
        "albanian": Language(
            _WEST,
            ("al", "xk"),
            "emri mbiemri qyteti departamenti telefoni adresa shqipëri shqipëria tiranë durrës vlorë shkodër korçë"
            " prishtinë gjakovë pejë mitrovicë ferizaj ëndrra besnik bekë çelik çomo gëzim dëshira përparim kujtim"
            " nënë është për dhe një më të që çdo ditë shitje financë burimet njerëzore",
            "çëÇË",
        ),
        "turkish": Language(
            ("cp1254", "cp857", "iso8859-9", "mac_turkish"),
            ("tr",),
            "adı soyadı ad soyad isim bölüm şehir telefon adres ülke görev durum doğum tarihi başlangıç bitiş açıklama"
            " şirket müdürlüğü müdür çalışan kişi iş mehmet ahmet mustafa ali hüseyin hasan ibrahim ismail osman yusuf"
            " ayşe fatma şule gül gülşen gülay gülçin çiğdem özge özlem özgür ömer ömür ülkü ümit uğur oğuz oğuzhan"
            " tuğba tuğçe çağla çağlar çağrı doğan doğukan erdoğan ışık ışıl ıraz işıl şebnem şener şengül şükrü"
            " yılmaz kaya demir çelik şahin yıldız yıldırım öztürk aydın özdemir arslan doğru kılıç aslan çetin kara"
            " koç kurt özkan şimşek polat özçelik güneş yavuz bulut ünal ünlü taş güler aksoy yalçın bozkurt çakır"
            " kaplan avcı işler şen erdoğdu istanbul ankara izmir eskişehir diyarbakır şanlıurfa gaziantep muğla"
            " balıkesir kırıkkale çanakkale çorum niğde nevşehir kütahya iğdır kırşehir ağrı muş bingöl"
            " satış muhasebe üretim eğitim yönetim bilgi işlem insan kaynakları hizmet değil için çok"
            " abdullah adnan ahu alperen anıl arda arzu aslı atakan aynur ayşegül aysel aytaç bahadır barış bayram"
            " begüm berk berkay berna betül bilge birgül burak burcu büşra cansu cem cemal cengiz ceren cihan cüneyt"
            " damla deniz derya dilara doğancan döndü duygu ebru ecrin eda egemen elçin elif emine emre enes engin"
            " ercan erdal erdem eren erkan ersin esra eylül ezgi fahri faruk fatih ferhat feyza fikret filiz furkan"
            " gamze gizem gökhan gonca göksel gönül görkem gözde gülbahar gülcan güldane gülistan gülizar gülsüm"
            " günay gürkan güven hakan halil handan hande hatice havva hilal hülya hümeyra hüsnü ilayda ilhan ilker"
            " ilknur irem iskender kâzım kader kadir kenan kıvanç koray kübra levent leyla mahmut melek melih melike"
            " meltem mert merve metin mine muhammed murat mücahit müge müjde mümtaz nazlı necati nesrin neşe nihat"
            " nuray nuri nurşen oktay onur orhan öner önder öykü özcan özden özen özer özgün pelin pınar ramazan"
            " recep reşat rıza rüya saadet sabri salih sedat selçuk selin sema semih serap serdar serhat serkan sevgi"
            " sevinç sibel sinan songül süleyman sümeyye sündüz şaban şeref şerife şeyma tamer tanju taner tarık"
            " tayfun timuçin tolga tuncay tülay tülin ufuk umut vedat veysel volkan yasemin yaşar yeliz yiğit zafer"
            " zehra zeynep zübeyde akbaş akdağ akgül akın akkaş akman aktaş albayrak alkan altıntaş arıkan ateş"
            " avcıoğlu aydoğdu bağcı balcı baş başar bayındır bilgiç bozdağ büyük can ceylan coşkun çağatay çakmak"
            " çalık çalışkan çam çiftçi dağ demirtaş dinç durmuş duman ekinci elmas er erkılıç ersöz esen genç gök"
            " gökmen gündoğdu gündüz güngör gürbüz gürsoy ince kahraman karaca karadağ karakaş karataş kartal keskin"
            " kıran kırmızı koçak korkmaz köse kurtuluş kuş kuzu küçük okur onat oral orak özbek özsoy öztaş parlak"
            " pehlivan sağlam sarı sezer sezgin soylu süzer taşkın tekin temiz toprak topçu tuna tunç türk türkmen"
            " uçar ulusoy uyanık uysal uzun ünver üstün varol yağız yazıcı yeşil yiğitoğlu yorulmaz yüce yüksel"
            " zengin adıyaman afyonkarahisar aksaray amasya ardahan artvin bartın bilecik bitlis bolu burdur bursa"
            " çankırı denizli düzce edirne elazığ erzincan erzurum giresun gümüşhane hakkâri ığdır ısparta karabük"
            " karaman kars kilis kocaeli malatya manisa mardin mersin ordu osmaniye rize sakarya samsun siirt sinop"
            " sivas tekirdağ tokat trabzon tunceli uşak van yozgat zonguldak yönetici başkan katılımcı notlar evet"
            " hayır kalite üretimi geliştirme lojistik",
            "çğıöşüÇĞİÖŞÜâîû",
        ),
        "lithuanian": Language(
            _BALTIC,
            ("lt",),
            "vardas pavardė skyrius miestas telefonas adresas pareigos šalis gimimo įmonė numeris būsena"
            " jonas antanas vytautas žydrūnas šarūnas mindaugas gintarė rūta giedrė aušra živilė jūratė eglė"
            " kęstutis ąžuolas tadas andrius žilvinas ramunė daivė rasa kristijonas algirdas ėva"
            " kazlauskas jankauskas petrauskas stankevičius vasiliauskas žukauskas butkus paulauskas urbonas"
            " kavaliauskas navickas žukauskienė kazlauskienė petrauskaitė jankauskaitė rimkus šimkus čepas"
            " vilnius kaunas klaipėda šiauliai panevėžys alytus marijampolė mažeikiai utena kėdainiai telšiai"
            " pardavimų gamyba apskaita mokymai įrašas ūkis ir iš už prieš būti yra kitų daugiau žmonių"
            " mantas lukas dovydas domantas rokas paulius marius darius saulius arūnas ramūnas artūras valdas"
            " algimantas juozas petras kazys stasys česlovas bronius henrikas zigmas žygimantas gediminas tautvydas"
            " martynas ignas benas nojus emilija liepa luknė viltė austėja urtė ugnė gabija goda kamilė monika laura"
            " simona karolina kristina daiva vida irena danutė aldona genovaitė birutė nijolė janina regina stasė"
            " zita rūtelė dalia rita edita jolanta asta lina indrė inga eglutė miglė greta ieva justė balčiūnas"
            " balčiūnienė mickevičius pocius rimkevičius žilinskas žilinskienė sakalauskas savickas baranauskas"
            " černiauskas malinauskas šimkevičius adomaitis bružas lapinskas norkus morkūnas morkūnaitė vaitkus"
            " vaitkienė šiaučiūnas dambrauskas račkauskas daukša žalys juška ambrazas bagdonas kučinskas mažeika"
            " mikšys paškevičius petkus petkevičius rakauskas ramanauskas stonkus šukys tamošiūnas urbonavičius"
            " valančius venckus visockas zabiela žiogas žygas jonava kretinga palanga tauragė radviliškis visaginas"
            " druskininkai biržai elektrėnai anykščiai prienai joniškis kelmė varėna kaišiadorys vilkaviškis"
            " raseiniai pasvalys kupiškis zarasai molėtai širvintos šakiai skuodas ignalina neringa šventoji gargždai"
            " direktorius vadovas vadovė darbuotojas darbuotoja personalas rinkodara pirkimai logistika kokybė plėtra"
            " projektų pastabos pradžia pabaiga dalyvis taip ne",
            "ąčęėįšųūžĄČĘĖĮŠŲŪŽ",
        ),
        "latvian": Language(
            _BALTIC,
            ("lv",),
            "vārds uzvārds nodaļa pilsēta tālrunis adrese amats valsts dzimšanas numurs statuss uzņēmums"
            " jānis jēkabs pēteris māris mārtiņš kārlis āris ģirts ēriks raitis andris aivars līga anita inga ilze"
            " zane kristīne kristīna evija dzintra ērika ārija ļubova guntis ņina žanis oļegs māra lāsma dāvis"
            " bērziņš bērziņa kalniņš kalniņa ozoliņš ozols jansons liepiņš krūmiņš krūmiņa balodis eglītis zariņš"
            " pētersons vītols vītola kļaviņš kļaviņa kārkliņš vanags šmits āboliņš rīga daugavpils liepāja jelgava jūrmala ventspils"
            " rēzekne valmiera jēkabpils ogre cēsis tukums pārdošana grāmatvedība ražošana apmācība vadība"
            " un ir ar šī būt kā vēl gadā"
            " edgars rihards jūlija jūlijs artūrs arnis ivars uldis gunārs valdis juris aigars egīls zigmārs dzintars"
            " ojārs visvaldis laimonis gints rūta dace sanita sandra agnese laura elīna ieva santa kristaps mārīte"
            " biruta skaidrīte ausma vēsma rasma dārta grieta anna lūcija emīlija katrīna līva elizabete jēkabsons"
            " andersons pētersone ozola liepa priede egle bērzs kļava lācis vilks lapsa zaķis vārna dzenis cīrulis"
            " gulbis dūja bērziņi siliņš siliņa krastiņš krastiņa celmiņš celmiņa jaunzems mežs meža upītis upīte"
            " dārziņš dārziņa podnieks mūrnieks kalējs skrodere grāvītis grāvis tīrums lauks sproģis sproģe briedis"
            " stirna āboliņa rudzītis rudzīte puķīte ziedonis saulīte zvaigzne mēness cielava rubenis blūms šteins"
            " šulcs bāliņš bāliņa tauriņš skujiņa skujiņš zvirgzdiņš ērglis vītoliņš vītoliņa apinis apīnis salaspils"
            " dobele bauska sigulda madona gulbene krāslava preiļi aizkraukle olaine saldus ķekava mārupe ādaži"
            " babīte carnikava ķegums līvāni viļāni kārsava zilupe ludza balvi alūksne talsi sabile kandava piltene"
            " grobiņa aizpute priekule iecava vecumnieki skrīveri koknese pļaviņas lielvārde direktors vadītājs"
            " vadītāja darbinieks darbiniece grāmatvedis personāls tirdzniecība mārketings iepirkumi loģistika"
            " attīstība kvalitāte projektu piezīmes sākums beigas dalībnieks kopā nē jā",
            "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ",
        ),
        "estonian": Language(
            ("cp1257", "cp775", "iso8859-13", "cp1252", "iso8859-15", "iso8859-4"),
            ("ee",),
            "eesnimi perekonnanimi osakond linn telefon aadress amet riik sünniaeg töötaja märkus"
            " jüri mihkel tõnu tõnis õie ülle ülo ülar kärt kätlin märt pärt väino päivi rõõmu siiri"
            " tamm saar sepp mägi kask kukk rebane ilves pärn põder kõiv lõhmus jõgi õunapuu üksvärav"
            " tallinn tartu narva pärnu jõhvi põlva võru rapla viljandi haapsalu müük raamatupidamine koolitus"
            " juhatus õigus käsi süsteem lõpp ülevaade žanna šveits"
            " andrus rasmus kristjan tõnn tõnnu jaan jaanus toomas urmas märten jürgen sören hendrik heiki tiiu aino"
            " õnne lõuna tähe mäe sõna põhja lääts küll külli ülvi anneli kaie leelo malle riina tiina kaja merike"
            " maire küllike karin kristi kadri liis liisi mari marju pille piret reet sirje vello ants arvo kivimäe"
            " kõrgemäe põldsaar lepik lepp kuusk kuuse mänd männik kaasik kadakas haab jõesaar jõela järv järve"
            " järvela laas lõo öpik õispuu sõõru sõrmus väli väljataga välja vään vähi püss pütsep möls käär kärner"
            " tähtla härm härma hänni känd känni kütt küttis lüüs müür müürisepp rätsep rõigas rõivas sõstar tõll"
            " tõnisson tõnismäe võsa võhma otepää elva keila paide jõgeva kuressaare sillamäe kohtla kärdla põltsamaa"
            " tõrva antsla mustvee märjamaa sindi lihula loksa pühajärve nõmme õismäe lasnamäe mustamäe kesklinn"
            " juhataja töötajad koolituse müügi ostu õppe õpetaja algus märkused osaleja jah ei",
            "äõöüšžÄÕÖÜŠŽ",
        ),
        "greek": Language(
            ("cp1253", "cp737", "iso8859-7", "mac_greek", "cp869"),
            ("gr", "cy"),
            "όνομα επώνυμο τμήμα πόλη τηλέφωνο διεύθυνση χώρα θέση ημερομηνία αριθμός κατάσταση εταιρεία ρόλος"
            " γιώργος γεώργιος δημήτρης δημήτριος κώστας κωνσταντίνος γιάννης ιωάννης νίκος νικόλαος παναγιώτης"
            " χρήστος βασίλης αθανάσιος μιχάλης ευάγγελος σπύρος αντώνης μαρία ελένη κατερίνα αικατερίνη βασιλική"
            " σοφία αγγελική γεωργία δήμητρα ιωάννα ευαγγελία παπαδόπουλος παπαδοπούλου παπαγεωργίου"
            " δημητρίου γεωργίου νικολάου οικονόμου παππάς βλάχος αντωνίου παπανικολάου μακρής καραγιάννης"
            " αθήνα θεσσαλονίκη πάτρα ηράκλειο λάρισα βόλος ιωάννινα χανιά ρόδος καλαμάτα λευκωσία λεμεσός"
            " πωλήσεις λογιστήριο παραγωγή εκπαίδευση διοίκηση ανθρώπινο δυναμικό και του της στο από με για"
            " αλέξανδρος αλέξης αλεξάνδρα αναστασία ανδρέας άννα αντιγόνη απόστολος άρης αριστείδης αργυρώ βαγγέλης"
            " βάσω γεράσιμος δέσποινα διονύσης ειρήνη ελευθέριος εμμανουήλ ευτυχία ευφροσύνη ζωή ηλίας ηλιάνα θανάσης"
            " θεοδώρα θωμάς ιάσονας ισμήνη κλεοπάτρα κυριάκος λάμπρος μάνος μαργαρίτα μάριος μελίνα μυρτώ νικολέτα"
            " νεφέλη ξένια οδυσσέας όλγα ορέστης παρασκευή παύλος πέτρος ραφαήλ ρένα σάββας σταμάτης στέλιος στέφανος"
            " στυλιανή σωτήρης τάσος τριαντάφυλλος φίλιππος φώτης χαράλαμπος χριστίνα χρύσα αγγελόπουλος αλεξίου"
            " αναστασίου ανδρέου αποστόλου αργυρίου βασιλείου βασιλόπουλος γιαννόπουλος γρηγορίου δημόπουλος"
            " διαμαντής ευαγγέλου ζαφειρίου θεοδωρίδης θεοδώρου ιωαννίδης ιωάννου καλογερόπουλος καραμανλής κατσαρός"
            " κοντός κυριακίδης κωνσταντίνου κωνσταντινίδης λαμπρόπουλος μανωλάκης μαρκόπουλος μιχαηλίδης μουρατίδης"
            " μπακάλης νικολαΐδης ξενάκης οικονομίδης παναγιωτόπουλος παπαδάκης παπακωνσταντίνου παπανδρέου"
            " παρασκευόπουλος πετρίδης πολυχρονίου ράπτης ρούσσος σαββίδης σιδηρόπουλος σπανός σταματίου στεφανίδης"
            " τζανετάκης τριανταφύλλου τσακίρης φωτίου χατζηδάκης χριστοδούλου ψαράς άρτα βέροια γρεβενά δράμα έδεσσα"
            " ζάκυνθος ηγουμενίτσα καβάλα καρδίτσα καστοριά κατερίνη κοζάνη κομοτηνή λαμία μυτιλήνη ναύπλιο"
            " ξυλόκαστρο πειραιάς πρέβεζα πύργος ρέθυμνο σπάρτη σύρος τρίκαλα φλώρινα χίος άργος έναρξη λήξη"
            " σημειώσεις ναι όχι διευθυντής υπάλληλος συμμετέχων ποιότητα ανάπτυξη",
            "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰΆΈΉΊΌΎΏ",
        ),
        "russian": Language(
            _CYRILLIC,
            ("ru", "by", "kz", "su"),
            "имя фамилия отчество отдел город телефон адрес должность страна дата рождения номер статус почта электронная"
            " компания роль пол примечание начало конец подразделение иван пётр петр александр алексей сергей дмитрий"
            " андрей михаил николай владимир юрий евгений анатолий виктор григорий фёдор семён артём елена ольга"
            " наталья татьяна ирина светлана екатерина анна мария юлия людмила любовь надежда ксения дарья"
            " иванов иванова смирнов кузнецов попов васильев петров петрова соколов михайлов новиков фёдоров морозов"
            " волков алексеев лебедев семёнов егоров павлов козлов степанов николаев орлов андреев макаров никитин"
            " захаров зайцев соловьёв борисов яковлев григорьев романов воробьёв щербаков цветкова чернышёва жуков"
            " москва санкт петербург новосибирск екатеринбург нижний новгород казань челябинск омск самара ростов"
            " уфа красноярск воронеж пермь волгоград бухгалтерия продажи производство обучение закупки кадры"
            " управление разработка маркетинг и в не на что по это он как все",
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ),
        "ukrainian": Language(
            ("cp1251", "koi8-u", "cp866", "mac_cyrillic", "iso8859-5", "cp855", "cp1125"),
            ("ua",),
            "ім’я прізвище відділ місто телефон адреса посада країна дата народження номер пошта електронна"
            " олександр сергій андрій володимир микола іван дмитро михайло юрій василь ігор віктор євген тарас"
            " олена наталія тетяна ірина світлана оксана людмила марія юлія катерина ганна вікторія єва"
            " шевченко бондаренко коваленко ткаченко кравченко ковальчук олійник лисенко мельник поліщук"
            " савченко бойко шевчук мороз гончаренко кузьменко їжак київ харків одеса дніпро донецьк запоріжжя"
            " львів миколаїв чернігів черкаси суми житомир хмельницький рівне івано-франківськ тернопіль луцьк"
            " бухгалтерія продажі виробництво навчання відповідальний що це він які від її є ґрунт"
            " анатолій антін артем валерій валентин вадим веніамін віталій віолетта владислав в’ячеслав геннадій"
            " георгій григорій гаврило данило денис едуард захар зоряна інна інесса ілона іраїда йосип кирило клавдія"
            " костянтин лариса леонід лідія любов мар’яна максим мирослав мирослава надія назар наталя неля ніна олег"
            " олексій ольга онисія остап павло петро роман ростислав руслан святослав софія степан тамара тимофій"
            " уляна ярослава яків андрієнко антоненко бабенко бабич білий білик білоус бойченко бондар василенко"
            " власенко волошин гаврилюк герасименко гончар гриценко громова данилюк демченко дзюба діденко довженко"
            " дорошенко дубенко жук зайченко захарченко іваненко іванчук іванюк ільченко калініченко карпенко"
            " кириленко клименко ковалів козак козаченко колесник коломієць костенко кравець кравчук кушнір левченко"
            " литвин литвиненко лук’яненко макаренко мартинюк марченко матвієнко міщенко мартиненко назаренко"
            " нечипоренко олешко онищенко павленко панченко пархоменко петренко пилипенко пономаренко поляков"
            " приходько прокопенко романенко руденко середа сидоренко скрипник соломченко степаненко стеценко"
            " тимошенко тимченко терещенко тищенко федоренко філіпенко харченко хоменко чорний швець шевчишин шульга"
            " юрченко яценко яковенко ярмоленко івано бердянськ бориспіль бровари горлівка дрогобич євпаторія ізмаїл"
            " ірпінь кам’янець калуш керч ковель конотоп краматорськ кременчук кривий кропивницький лисичанськ"
            " луганськ маріуполь мелітополь мукачево нікополь новомосковськ павлоград південне прилуки севастополь"
            " сєвєродонецьк сімферополь слов’янськ стрий умань червоноград чернівці шостка керівник працівник учасник"
            " початок кінець примітки так ні якість розвиток логістика",
            "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        ),
        "bulgarian": Language(
            ("cp1251", "cp866", "mac_cyrillic", "iso8859-5", "cp855"),
            ("bg",),
            "име фамилия презиме отдел град телефон адрес длъжност държава дата раждане номер поща"
            " георги иван димитър николай петър христо стоян тодор васил йордан красимир пламен мария елена"
            " ивана йорданка цветелина десислава ралица гергана виолета иванов георгиев димитров петров николов"
            " христов стоянов тодоров илиев василев атанасов ангелов колев йорданов маринов вълков"
            " софия пловдив варна бургас русе стара загора плевен сливен добрич шумен перник хасково велико търново"
            " счетоводство продажби производство обучение управление човешки ресурси търговия и на за се от със съм"
            " александър александра антон антония асен благой божидар борис борислав валентин валентина ванеса васко"
            " велислав венцислав вера веселин виктор виктория владимир габриел габриела галина гена даниел даниела"
            " денислав диана дилян добромир едуард елица емил жаклин живко захари златка ивайло иглика илия ирина"
            " йоана калин калина камен кирил константин лилия любен любомир магдалена маргарита мартин милена милен"
            " мирослав надежда невена недялко никола огнян павел петя радослав радостина росен росица румен румяна"
            " светлана светослав симеон снежана соня станислав стела стефан таня тихомир филип християн цанко"
            " цветанка чавдар юлия явор ясен александров андреев антонов бонев божков борисов бояджиев великов"
            " веселинов витанов влахов вълчев ганчев генов герасимов господинов гочев дамянов делчев денев джамбазов"
            " добрев драганов енев живков запрянов захариев златев йовчев калоянов каменов караджов кирилов костов"
            " костадинов кръстев кънев лазаров любенов манолов мартинов методиев милев митев михайлов младенов мънков"
            " найденов недев нейков панайотов пенев павлов пейчев райков рангелов рачев русев савов симеонов славов"
            " стефанов стойчев събев тасев тодорова топалов узунов филипов хаджиев христова цанков цветков цонев"
            " чолаков шопов янев янков яначков айтос асеновград балчик благоевград ботевград велинград видин враца"
            " габрово горна димитровград дупница казанлък карлово ловеч лом монтана несебър пазарджик панагюрище"
            " петрич поморие попово сандански свиленград свищов севлиево силистра смолян търговище троян ямбол"
            " ръководител служител участник начало край бележки да не качество развитие логистика",
            "абвгдежзийклмнопрстуфхцчшщъьюя",
        ),
        "serbian": Language(
            ("cp1251", "mac_cyrillic", "iso8859-5", "cp855"),
            ("rs", "mk"),
            "име презиме одељење град телефон адреса држава датум рођења број ђорђе љубица љиљана његош џевад"
            " јован јована милош марко никола стефан милица ана јелена драган зоран горан јовановић петровић"
            " николић марковић ђорђевић стојановић илић станковић павловић милошевић београд нови сад ниш крагујевац"
            " суботица зрењанин панчево чачак продаја рачуноводство производња обука управа људски ресурси ѓорѓи"
            " ќе скопје битола куманово",
            "абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ",
        ),
        "hebrew": Language(
            ("cp1255", "cp862", "iso8859-8"),
            ("il",),
            "שם פרטי משפחה מחלקה עיר טלפון כתובת תפקיד תאריך לידה מספר דואר אלקטרוני סטטוס ארץ חברה"
            " דוד משה יוסף יעקב אברהם שלמה יצחק חיים אליהו מיכאל דניאל רחל שרה מרים אסתר רבקה חנה לאה נועה"
            " תמר מיכל יעל כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן מלכה אזולאי כץ יוסף עמר גבאי שפירא"
            " ירושלים תל אביב חיפה באר שבע אשדוד נתניה ראשון לציון פתח תקווה חולון רמת גן מכירות שיווק הנהלה"
            " כספים ייצור הדרכה משאבי אנוש של את על עם לא"
            " אבי אביגיל אבנר אדם אהוד אהרון אורי אורלי אופירה אור איילת אילן אילנה איתי איתן אלון אלי אלעד אליעזר"
            " אמיר אמנון אפרת אריאל אריה אסף ארנון בנימין ברוך ברק בתיה גדעון גיא גיל גילה גליה גלית דבורה דליה דן"
            " דנה דפנה הדס הלל הילה ורד זאב זהבה חגית חנן טל יאיר יגאל יהודה יהודית יהונתן יואב יואל יונתן יורם ינון"
            " יפה ירון ישראל כרמית לימור ליאת ליטל מאיר מורן מנחם מעיין מרדכי נאוה נדב נורית ניצן ניר נמרוד נעמה נעמי"
            " נתן סיון סימה סמדר עדי עדן ענת עידו עידית עינת עמית עמוס ערן פנינה צבי צחי קרן רוית רון רונית רועי רינה"
            " רם רן שאול שחר שי שירה שלומית שמואל שמעון שני שרון תומר תמיר אביטל אהרוני אוחנה אלבז אסולין אשכנזי בכר"
            " בר גולדברג גולן גרינברג דיין וקנין זילברמן חדד חזן טייב יונה כהנא לביא לוין ממן מור מלול נחום סבג סויסה"
            " עזרא פישר צור קפלן קליין רוזן רוזנברג רביבו שוורץ שגב שלום שמש ששון תורגמן אילת אשקלון בית בני הרצליה"
            " טבריה יבנה כפר סבא לוד מודיעין נצרת עכו ערד צפת קריית רעננה רמלה מנהל עובד מנהלת התחלה סיום הערות משתתף"
            " כן פיתוח רכש לוגיסטיקה איכות",
            "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
        ),
        "arabic": Language(
            ("cp1256", "iso8859-6", "cp720"),
            ("sa", "ae", "eg", "jo", "ma", "qa", "kw", "iq", "lb"),
            "الاسم الأول العائلة اللقب القسم المدينة الهاتف العنوان البريد الإلكتروني الوظيفة تاريخ الميلاد الرقم"
            " الدولة الحالة الشركة محمد أحمد علي حسن حسين عبد الله عبدالرحمن خالد عمر يوسف إبراهيم محمود مصطفى"
            " سعيد سلطان فيصل ناصر ماجد طارق فاطمة عائشة مريم زينب خديجة سارة نورة ليلى هدى أمل منى رانيا"
            " الأحمد العلي الحسن المصري الشمري القحطاني الغامدي الزهراني العتيبي الحربي السيد حداد خوري"
            " الرياض جدة مكة الدمام القاهرة الإسكندرية دبي أبوظبي الشارقة عمان بيروت بغداد دمشق الدوحة الكويت"
            " المبيعات المحاسبة الإنتاج التدريب الإدارة الموارد البشرية التسويق المالية في من على إلى"
            " أنس أيمن إياد إيهاب أسامة أشرف أكرم أنور باسم بدر بسام بشار تامر توفيق ثامر جابر جاسم جعفر جواد حاتم"
            " حازم حامد حبيب حسام حمد حمدان حمزة راشد رامي رائد رشيد رضا رياض زياد زيد سالم سامي سعد سعود سلمان"
            " سليمان سيف شادي صالح صلاح طلال عادل عاصم عامر عباس عبدالعزيز عبدالمجيد عثمان عدنان عصام عماد عمار غسان"
            " فادي فارس فايز فهد فؤاد قاسم كمال لؤي مازن مالك مبارك محسن مراد مروان معاذ منير موسى نادر نايف نعيم"
            " هاني هشام وائل وسام آدم آلاء آمنة أسماء إيمان ابتسام بشرى بلقيس تهاني جميلة جواهر حصة حنان خلود دانا"
            " دلال ربى رحمة رشا رغد ريم ريهام زهراء سعاد سلمى سمية سميرة سناء سهى شيماء عبير عفاف غدير فرح كوثر لمى"
            " لبنى مها ميساء نادية نجلاء ندى نهى هالة هبة هند وفاء ياسمين البلوشي الخطيب الرشيد الصالح العمري القاسم"
            " الكندي المالكي المطيري النجار الهاشمي بن الدوسري السعدي الشامي العنزي المنصوري الزعابي المنورة أبها"
            " تبوك حائل نجران الجيزة المنصورة مسقط صلالة المنامة إربد الزرقاء طرابلس تونس الجزائر الرباط فاس مراكش"
            " الخرطوم صنعاء عدن البصرة الموصل حمص اللاذقية غزة رام المدير الموظف المشروع البداية النهاية ملاحظات"
            " المشارك نعم لا",
            "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ",
        ),
        "thai": Language(
            ("cp874",),
            ("th",),
            "ชื่อ นามสกุล แผนก เมือง โทรศัพท์ ที่อยู่ ตำแหน่ง วันเกิด อีเมล ประเทศ สถานะ บริษัท จังหวัด รหัส หมายเหตุ"
            " สมชาย สมหญิง สมศักดิ์ สุรชัย ประเสริฐ วิชัย อนุชา นภา กมล พิมพ์ ศิริพร วันดี มาลี สุดา อรทัย ณัฐ"
            " ธนพล ปิยะ ใจดี ศรีสุข แสงทอง ทองดี บุญมี สุขใจ วงศ์ รัตน์ เจริญ กรุงเทพ เชียงใหม่ ภูเก็ต ขอนแก่น ชลบุรี"
            " นครราชสีมา อุดรธานี สงขลา ฝ่ายขาย การเงิน บัญชี ผลิต ฝึกอบรม ทรัพยากรบุคคล การตลาด และ ของ ใน ที่ เป็น"
            " กฤษณะ กัญญา กานดา การันต์ ขวัญ จักรพงษ์ จารุวรรณ จินตนา ชัยวัฒน์ ชาญชัย ชุติมา ดนัย ดารา ทวีศักดิ์ ทศพล"
            " ธนากร ธนา ธิดา นงลักษณ์ นิภา นิรันดร์ บุญชู บุษบา ปรีดา ปัญญา ปาริชาติ พงศ์ พงษ์ พรทิพย์ พัชรี พิชัย"
            " เพ็ญศรี ภัทร มนตรี มานะ มานี ยงยุทธ รัตนา ลัดดา วรรณา วราภรณ์ วสันต์ วีระ ศักดิ์ชัย ศิริ สมบัติ สมพร"
            " สมบูรณ์ สันติ สายฝน สิทธิ สุชาติ สุดารัตน์ สุนทร สุภาพ สุวรรณ เสาวลักษณ์ อนันต์ อรุณ อัญชลี อารี อุไร"
            " เอกชัย จันทร์ แก้ว คำ ทอง ศรี สิงห์ ชัย พันธ์ สวัสดิ์ ประภา มงคล พิษณุโลก อยุธยา นนทบุรี ปทุมธานี"
            " สมุทรปราการ ราชบุรี เพชรบุรี สุราษฎร์ธานี หาดใหญ่ กระบี่ ลำพูน แพร่ น่าน เลย หนองคาย อุบลราชธานี"
            " ผู้จัดการ พนักงาน ฝ่ายผลิต เริ่มต้น สิ้นสุด ผู้เข้าร่วม",
            "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไๅๆ็่้๊๋์ฯ๐๑๒๓๔๕๖๗๘๙",
        ),
        "vietnamese": Language(
            ("cp1258",),
            ("vn",),
            "họ tên phòng ban thành phố điện thoại địa chỉ chức vụ ngày sinh quốc gia số trạng thái công ty"
            " nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý văn thị hữu đức minh"
            " hùng dũng tuấn anh hải sơn thắng quân hoà hương hạnh phương thảo trang thúy thủy ngọc ánh"
            " lan mai nga hằng hiền quỳnh nhung tâm hà nội hồ chí đà nẵng hải phòng cần thơ huế nha trang"
            " bình dương đồng nai vũng tàu kinh doanh kế toán sản xuất đào tạo nhân sự tiếp thị và của là không"
            " được người việt nam",
            "ăâđêôơưĂÂĐÊÔƠƯ",
        ),
    }
)

#: Scripts of thousands of characters: language → encodings, domains, its frequent characters in names, cities and headers.
CHARACTERS: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "japanese": Language(
            ("cp932", "euc_jp"),
            ("jp",),
            "氏名姓名前部署電話番号住所都道府県市区町村会社役職生年月日性別備考郵便登録開始終了状態所属担当者社員入社退職男女"
            "佐藤鈴木高橋田中伊渡辺山本中村小林加藤吉田山田佐々木口松井上斎清水崎森阿部池橋石川前原岡長谷後近坂遠青福太"
            "西三浦金子野菊竹内千葉久保安永大島和平今河上杉武宮本丸服村土屋横沢関柴酒工藤増新谷桜広岩成瀬星宇須内堀馬"
            "一二四五六七八九十郎子美恵香奈真由紀優愛花彩里沙織智弘之健太翔大輔拓也直樹裕介陽菜結衣葵悠斗蓮颯誠浩明隆正"
            "博幸雄夫義和洋光秀英哲康治信貴志剛学勇雅典史仁亮涼麻衣友希理佳純千春夏秋冬海空晴京東阪名古屋横浜神戸札幌福岡"
            "仙台広島県営業総務人事経理開発製造企画技術研究品質管理課室支店本社研修学校法教育情報システム販売購買財務"
            "メールアドレスフリガナコードステータス"
            "相朝旭厚綾荒有粟庵飯磯板糸稲植臼梅江及奥乙鬼甲柿笠柏片勝桂門兼鎌亀茅唐狩菅北喜絹桐草串楠国窪熊倉栗黒桑郡"
            "越児駒米紺権榊笹塩敷篠芝白末澄外園染滝多立種玉樽反塚津辻堤角鶴手寺照時利富豊鳥仲那並錦沼根萩羽半菱深淵船"
            "細牧溝湊南向目元矢柳湯若脇綿助吾彦哉弥司士次代枝波華絵梨璃莉乃音穂帆季輝良礼玲蘭凛琳朋知祐佑侑夢唯藍茜朱"
            "赤碧翠緑紫黄瑠飛隼蒼創聡悟敏俊駿瞬舜淳準潤順旬峻茂繁盛滋重聖征政昌将匠匡恭享協杏忍心慎進晋伸紳遼諒陵稜怜"
            "麗零澪錬廉連岐阜媛徳賀縄沖茨城栃群埼潟兵庫歌取",
        ),
        "chinese simplified": Language(
            ("gb18030",),
            ("cn", "sg"),
            "姓名部门城市电话手机邮箱地址职位国家日期编号状态公司备注性别出生年月入职学号身份证角色开始结束"
            "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
            "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
            "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国志文小晓梅婷雪琳欣怡佳慧宇浩然子轩梓涵雨思俊"
            "飞鹏波斌辉峰亮东海山云天一二三四五六七八九十大中新春兰凤莲珍琴丹妮倩莉颖婕瑶琪晨阳博睿"
            "北京上海广州深圳天津重庆成都武汉杭州南京西安苏州沈阳长沙青岛大连厦门宁波无锡济南哈尔滨福州昆明合肥郑州石家庄"
            "销售市场财务人力资源技术研发生产采购行政管理客户服务信息培训部质量法务运营产品设计工程师经理主管助理总监中心科室"
            "的是不了在有人我他这为之来以个们到说时要就出会可也你对能而那得于着下自",
        ),
        "chinese traditional": Language(
            ("cp950", "big5hkscs"),
            ("tw", "hk", "mo"),
            "姓名部門城市電話手機郵箱信箱地址職位職稱國家日期編號狀態公司備註性別出生年月到職學號身分證角色開始結束員工電子郵件"
            "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游詹彭胡施沈余盧梁趙顏柯翁魏孫戴范方宋"
            "鄧杜傅侯曹薛丁卓馬董温唐藍蔣石古紀姚連馮歐程湯黎龔嚴韓邵錢"
            "志家俊建文偉明雅淑美麗惠玲怡君婷雯芳芬玉秀珍英華國榮宗豪宏傑承恩宇翔冠廷柏彥佳穎欣宜庭萱詩涵心怡子晴思妤品"
            "信義仁德成龍輝鴻銘世昌坤祥福順財進發金水木火土春夏秋冬月雪梅蘭菊竹雲天地人一二三四五六七八九十大小中正"
            "台北臺北高雄台中台南新竹桃園基隆嘉義屏東花蓮宜蘭香港九龍新界澳門苗栗彰化南投雲林"
            "業務行銷財務人力資源技術研發生產採購行政管理客戶服務資訊訓練部品質法務營運產品設計工程師經理主任助理總監中心科室處"
            "的是不了在有人我他這為之來以個們到說時要就出會可也你對能而那得於著下自"
            "安碧冰彬炳波博伯才彩燦常長超朝辰晨誠澄純慈聰達丹道登鼎定棟端敦帆凡菲奉鳳富剛崗格耿功光廣貴桂海翰浩皓和河"
            "賀鶴恆衡弘虹厚懷歡煥暉慧吉季繼堅健娟峻凱康克寬朗樂雷蕾立利莉廉良亮琳靈露倫洛茂孟夢敏民睦乃楠念寧沛佩培鵬"
            "平萍璞琪琦奇祺啟謙倩強喬巧琴勤青清慶瓊泉權群然容榕融茹如儒瑞潤若森山珊善尚紹申深聖盛士舒書叔樹爽松素泰濤"
            "田彤桐威薇維煒緯蔚溫武西希熙曦喜霞賢顯嫻憲湘向曉笑馨鑫星興幸旭軒玄勳亞炎妍豔燕陽瑤耀儀億藝毅逸茵音銀瑛盈"
            "映永勇優友瑜育裕元圓遠苑岳躍韻澤展占章昭兆哲真貞振震芝知智忠鐘眾州洲珠祝姿紫祖",
        ),
        "korean": Language(
            ("cp949",),
            ("kr",),
            "이름성명부서도시전화번호주소이메일직위직급국가생년월일상태회사비고입사성별역할시작종료사번휴대폰담당자참가"
            "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석"
            "선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
            "민준서연지우현수영희철호진경미정은숙자순혜성훈재승상동건태규형석준혁윤아예린하은채원다빈도윤시후주원가나라"
            "보람슬기한별솔찬빛새봄별이란선화옥향금복만덕길종필광식창균열범섭환대학관근병익명"
            "서울부산대구인천광주대전울산세종수원창원고양용인성남청주전주천안안산포항제주강릉춘천경기도충청전라경상"
            "영업인사총무재무회계개발연구생산품질구매마케팅기획교육관리지원팀본부장실센터과차대리사원부장이사대표기술정보시스템고객서비스"
            "의가을를은는에서와과도로으로하고다있는것"
            "각간갈감갑거걸검격견결겸곡곤골군궁귀극긍낙난내녹농뇌누늘능니단달답댁독돈돌두둔득등락랑래량려력련렬렴렵령"
            "례록론롱룡루륙륜률륭르림립막말망맥면목몰묘묵물밀바밤벌법벽봉북분불붕빙살삼색섬속쇠숭습쌍씨악알암압앙애액"
            "야약억언엽온올옹완외요욕욱운웅융음읍응잔잠쟁저적절점접족존좌죽중즉증집징착찰책처척첨첩체초촉축출취측층치"
            "칙친칠침칭쾌타탄탈탐탑택토통퇴투특파판팔패평폐폭풍피합해핵행헌험혈협혹혼확활횡효휘흉흑흔흘흠흡흥",
        ),
    }
)
