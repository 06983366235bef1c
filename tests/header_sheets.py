"""Sixty small sheets as people keep them, for the header: forms, reports, printed pages, lists without a header.

Each: a name, the row that names the columns (None: there is none; a tuple where more than one row does), the rows of the
sheet. ``|`` stands between cells, a blank line is a blank row. People and figures are invented. They were labelled before
anything was scored with them.
"""

from __future__ import annotations

Right = int | None | tuple[int | None, ...]

SHEETS: list[tuple[str, Right, str]] = [
    ("form with addressee", 6, """
North Bank plc|||
To:|People & Culture||
Subject:|Mentoring, second round||
Date:|2024-03-01||

Staff no.|Name|Branch|Mentor or mentee
1041|Ada Berg|Bonn|Mentor
1042|Ben Costa|Lyon|Mentee
1043|Cem Demir|Bonn|Mentee
1044|Dora Engel|Gent|Mentor"""),
    ("instructions in a numbered list", 7, """
How to fill in this sheet
1|One row per participant
2|Do not change the labels
3|Leave the address blank if unknown

Participants|||
First name|Last name|E-mail|Skills
Ada|Berg|ada@north.example|SQL
Ben|Costa|ben@north.example|Excel
Cem|Demir||Python"""),
    ("two-column parameter list above a two-column table", 5, """
Report|Participants by town
Created|2024-05-01
Filter|active only

Name|Town
Ada Berg|Bonn
Ben Costa|Lyon
Cem Demir|Izmir
Dora Engel|Gent
Emre Fonseca|Porto"""),
    ("parameters directly above a two-column table", 4, """
Programme|Spring
Owner|People team
Year|2024
E-mail|Role
ada@north.example|Mentor
ben@north.example|Mentee
cem@north.example|Mentee
dora@north.example|Mentor
emre@north.example|Mentee"""),
    ("parameters with colons above a two-column table", 5, """
Company:|North Bank
Contact:|Hana Ito
Sent:|12.03.2024

Name|Phone
Ada Berg|+49 228 100
Ben Costa|+33 4 7200
Cem Demir|+90 232 44"""),
    ("parameters above a two-column table of words", 5, """
List|Languages spoken
Status|final
Pages|1

Person|Language
Ada Berg|German
Ben Costa|Portuguese
Cem Demir|Turkish
Dora Engel|Dutch"""),
    ("banded groups with blanks", (2, 1), """
|Person|||Work||
No|First|Last|Mail|Team|Since
1|Ada|Berg|ada@north.example|Sales|2020-01-01
2|Ben|Costa|ben@north.example|Legal|2019-05-01
3|Cem|Demir|cem@north.example|Sales|2021-02-01"""),
    ("two bands and a title", 4, """
Annual talent review
|Who|||Where|
||||Office|
Staff ID|First name|Last name|E-mail|Site|Room
0041|Ada|Berg|ada@north.example|Bonn|12
0042|Ben|Costa|ben@north.example|Lyon|7
0043|Cem|Demir|cem@north.example|Bonn|9"""),
    ("bands repeated in merged cells", 2, """
Person|Person|Person|Work|Work
ID|Given name|Family name|Unit|Grade
a1|Ada|Berg|Sales|7
a2|Ben|Costa|Legal|8
a3|Cem|Demir|Sales|7"""),
    ("header on each page", 3, """
Staff list|||Page 1

Number|Name|Town|Phone
101|Ada Berg|Bonn|228100
102|Ben Costa|Lyon|472000
Staff list|||Page 2
Number|Name|Town|Phone
103|Cem Demir|Izmir|232440
104|Dora Engel|Gent|91230
Staff list|||Page 3
Number|Name|Town|Phone
105|Emre Fonseca|Porto|22450"""),
    ("header on each page, first row", 1, """
Number|Name|Town
101|Ada Berg|Bonn
102|Ben Costa|Lyon
103|Cem Demir|Izmir
Number|Name|Town
104|Dora Engel|Gent
105|Emre Fonseca|Porto
Number|Name|Town
106|Gus Haas|Brno"""),
    ("units below the header", 1, """
Employee|Hours|Salary|Distance
|h|EUR|km
Ada Berg|38.5|4100|12
Ben Costa|40|3900|30
Cem Demir|20|2100|8"""),
    ("units and formats below", 3, """
Export of working time

Name|Start|Worked|Share
text|yyyy-mm-dd|hours|%
Ada Berg|2020-01-01|160|100
Ben Costa|2021-06-01|80|50
Cem Demir|2019-09-01|120|75"""),
    ("totals at the end", 1, """
Team|People|Mentors|Mentees
Sales|40|10|12
Legal|12|3|5
Research|25|8|8
Total|77|21|25"""),
    ("totals above the table", 3, """
Total|77|21|25

Team|People|Mentors|Mentees
Sales|40|10|12
Legal|12|3|5
Research|25|8|8"""),
    ("sums in the row under the header", 1, """
Team|People|Mentors|Mentees
All|77|21|25
Sales|40|10|12
Legal|12|3|5
Research|25|8|8"""),
    ("no header: people", None, """
1041|Ada|Berg|ada@north.example|Sales
1042|Ben|Costa|ben@north.example|Legal
1043|Cem|Demir|cem@north.example|Sales
1044|Dora|Engel|dora@north.example|Research"""),
    ("no header: names and towns", None, """
Ada Berg|Bonn
Ben Costa|Lyon
Cem Demir|Izmir
Dora Engel|Gent
Emre Fonseca|Porto
Gus Haas|Brno"""),
    ("no header: addresses only", None, """
ada@north.example
ben@north.example
cem@north.example"""),
    ("no header: names only", None, """
Ada Berg
Ben Costa
Cem Demir
Dora Engel
Emre Fonseca"""),
    ("no header: title above", None, """
Participants, group A

Ada Berg|ada@north.example|Sales
Ben Costa|ben@north.example|Legal
Cem Demir|cem@north.example|Sales
Dora Engel|dora@north.example|Sales"""),
    ("no header: numbers and dates", None, """
7001|2024-01-03|8.0|12
7002|2024-01-03|7.5|14
7003|2024-01-04|8.0|9
7004|2024-01-04|6.0|11"""),
    ("no header: mentors and mentees", None, """
ada@north.example|ben@north.example|2024-02-01
cem@north.example|dora@north.example|2024-02-01
emre@north.example|fay@north.example|2024-02-08"""),
    ("no header: codes and grades", None, """
E-1041|G7|Bonn
E-1042|G8|Lyon
E-1043|G7|Bonn
E-1044|G6|Gent
E-1045|G7|Lyon"""),
    ("no header: one person's card", None, """
Name:|Ada Berg
E-mail:|ada@north.example
Team:|Sales
Since:|2020-01-01
Mentor:|Ben Costa"""),
    ("header far down", 12, """
North Bank
Department of people
Street 1, Bonn

Report: participants
Printed: 2024-05-01
By: h.ito

Notes:
- only active staff
- without interns
ID|Surname|Given name|Mail|Unit
7|Berg|Ada|ada@north.example|Sales
8|Costa|Ben|ben@north.example|Legal
9|Demir|Cem|cem@north.example|Legal"""),
    ("version line", 2, """
version:v1.0
username,email|Role|Group
ada|Mentor|A
ben|Mentee|A
cem|Mentee|B
dora|Mentee|B"""),
    ("technical names above labels", (2, 1), """
user_id|given_name|family_name|primary_email
User ID|Given name|Family name|E-mail address
0041|Ada|Berg|ada@north.example
0042|Ben|Costa|ben@north.example
0043|Cem|Demir|cem@north.example"""),
    ("labels above technical names", (1, 2), """
User ID|Given name|Family name|E-mail address
user_id|given_name|family_name|primary_email
0041|Ada|Berg|ada@north.example
0042|Ben|Costa|ben@north.example
0043|Cem|Demir|cem@north.example"""),
    ("two languages", (1, 2), """
Personalnummer|Vorname|Nachname|Eintritt
Staff number|First name|Last name|Entry
0041|Ada|Berg|2020-01-01
0042|Ben|Costa|2021-01-01
0043|Cem|Demir|2022-01-01"""),
    ("required marks above", 2, """
required|required|required|optional
ID|E-mail|Name|Skills
41|ada@north.example|Ada Berg|SQL
42|ben@north.example|Ben Costa|Go
43|cem@north.example|Cem Demir|SQL"""),
    ("numbers of columns above", 2, """
1|2|3|4
ID|E-mail|Name|Skills
41|ada@north.example|Ada Berg|SQL
42|ben@north.example|Ben Costa|Go
43|cem@north.example|Cem Demir|SQL"""),
    ("numbers of columns below", 1, """
ID|E-mail|Name|Skills
1|2|3|4
41|ada@north.example|Ada Berg|SQL
42|ben@north.example|Ben Costa|Go
43|cem@north.example|Cem Demir|SQL"""),
    ("letters of columns above", 2, """
A|B|C|D
Staff|Unit|Grade|Since
Ada Berg|Sales|7|2020
Ben Costa|Legal|8|2019
Cem Demir|Sales|7|2021"""),
    ("example row below", 1, """
Staff ID|Name|E-mail|Start
e.g. 0041|e.g. Ada Berg|e.g. ada@north.example|e.g. 2024-01-31
0042|Ben Costa|ben@north.example|2021-01-01
0043|Cem Demir|cem@north.example|2022-01-01
0044|Dora Engel|dora@north.example|2023-01-01"""),
    ("hints below", 1, """
Staff ID|Name|E-mail|Start
your badge number|as in your passport|the one you use at work|day you began
0042|Ben Costa|ben@north.example|2021-01-01
0043|Cem Demir|cem@north.example|2022-01-01
0044|Dora Engel|dora@north.example|2023-01-01"""),
    ("unlabelled first column", 1, """
|Mentors|Mentees|Pairs
Bonn|10|12|9
Lyon|8|9|8
Gent|5|7|5"""),
    ("unlabelled last column", 1, """
Name|Mail|Team|
Ada Berg|ada@north.example|Sales|x
Ben Costa|ben@north.example|Legal|
Cem Demir|cem@north.example|Sales|x"""),
    ("one row of data", 1, """
Name|E-mail|Team
Ada Berg|ada@north.example|Sales"""),
    ("title and one row of data", 2, """
Mentors
Name|E-mail|Team
Ada Berg|ada@north.example|Sales"""),
    ("all words", 1, """
Colour|Animal|Fruit
red|cat|apple
blue|dog|pear
green|owl|plum
red|fox|apple"""),
    ("marks of attendance", 2, """
Attendance of the first meetings
Name|12 Jan|19 Jan|26 Jan|2 Feb
Ada Berg|x||x|x
Ben Costa|x|x||x
Cem Demir||x|x|x"""),
    ("dates as labels", 1, """
Name|2024-01-12|2024-01-19|2024-01-26
Ada Berg|1|0|1
Ben Costa|1|1|0
Cem Demir|0|1|1"""),
    ("quarters as labels", 2, """
New participants per quarter
Town|Q1|Q2|Q3|Q4
Bonn|4|5|2|9
Lyon|3|3|4|4
Gent|1|0|2|2"""),
    ("years as labels under a title over all", 2, """
Participants|||
Town|2022|2023|2024
Bonn|40|55|62
Lyon|31|33|40
Gent|12|10|20"""),
    ("list in two blocks", 1, """
Name|Mail|Team
Ada Berg|ada@north.example|Sales
Ben Costa|ben@north.example|Legal

Former participants
Cem Demir|cem@north.example|Sales
Dora Engel|dora@north.example|Sales"""),
    ("groups of rows with a heading", 1, """
Name|Mail|Role
Bonn
Ada Berg|ada@north.example|Mentor
Ben Costa|ben@north.example|Mentee
Lyon
Cem Demir|cem@north.example|Mentee
Dora Engel|dora@north.example|Mentor"""),
    ("heading of the first group above", 2, """
Sales
Name|Mail|Role
Ada Berg|ada@north.example|Mentor
Ben Costa|ben@north.example|Mentee
Legal
Name|Mail|Role
Cem Demir|cem@north.example|Mentee"""),
    ("Japanese form", 4, """
参加者名簿
作成日|2024/05/01

社員番号|氏名|部署|メール
0041|山田 太郎|営業部|taro@north.example
0042|佐藤 花子|総務部|hanako@north.example
0043|鈴木 一郎|営業部|ichiro@north.example"""),
    ("Turkish report", 3, """
Katılımcı raporu
Oluşturma: 01.05.2024
Sicil No|Ad Soyad|Birim|E-posta
0041|Ada Kaya|Satış|ada@north.example
0042|Cem Demir|Hukuk|cem@north.example
0043|Emre Lind|Satış|emre@north.example"""),
    ("French note with the table beside it", 3, """
Liste des mentors||||
Mise à jour le 1er mai||||
Matricule|Nom|Prénom|Service|Courriel
0041|Berg|Ada|Ventes|ada@north.example
0042|Costa|Ben|Juridique|ben@north.example
0043|Demir|Cem|Ventes|cem@north.example"""),
    ("logo cell and address block", 5, """
NB||North Bank plc
||Street 1
||53111 Bonn

Nr.|Teilnehmer|Abteilung|Beginn
1|Ada Berg|Vertrieb|01.02.2024
2|Ben Costa|Recht|01.02.2024
3|Cem Demir|Vertrieb|01.03.2024"""),
    ("filter line of a report", 3, """
Filter: Status = Active; Site = Bonn
3 of 120 records
Worker|Business title|Cost centre|Hire date
Ada Berg|Analyst|4100|2020-01-01
Ben Costa|Counsel|4200|2019-01-01
Cem Demir|Analyst|4100|2021-01-01"""),
    ("report parameters in four columns", 5, """
Report|Headcount|Run by|h.ito
Period|2024-05|Currency|EUR
Company|North|Status|Final

Worker|Title|Centre|Hired
Ada Berg|Analyst|4100|2020-01-01
Ben Costa|Counsel|4200|2019-01-01
Cem Demir|Analyst|4100|2021-01-01"""),
    ("survey with long questions", 1, """
Timestamp|What would you like to learn this year?|Which of these describe you best?|Your address at work
2024-05-01 10:00|To speak in public|curious|ada@north.example
2024-05-01 10:05|Budgets|patient|ben@north.example
2024-05-01 11:00|Leading people|curious|cem@north.example"""),
    ("yes and no", 2, """
Who can do what
Name|SQL|Python|Excel
Ada Berg|yes|no|yes
Ben Costa|no|no|yes
Cem Demir|yes|yes|yes"""),
    ("a blank row under the header", 1, """
Name|Mail|Team

Ada Berg|ada@north.example|Sales
Ben Costa|ben@north.example|Legal
Cem Demir|cem@north.example|Sales"""),
    ("a rule under the header", 1, """
Name|Mail|Team
-----|-----|-----
Ada Berg|ada@north.example|Sales
Ben Costa|ben@north.example|Legal
Cem Demir|cem@north.example|Sales"""),
    ("one column with a label", 1, """
E-mail
ada@north.example
ben@north.example
cem@north.example"""),
    ("signatures below", 2, """
Room 12, 14:00
Name|Unit|Signature
Ada Berg|Sales|
Ben Costa|Legal|
Cem Demir|Sales|

Checked by:|Hana Ito|"""),
]  # fmt: skip


def rows(text: str) -> list[list[str | None]]:
    """The rows of a sheet; a blank cell is None."""
    return [[cell or None for cell in line.split("|")] for line in text.strip("\n").split("\n")]
