"""Exports of systems that many organisations use, for the mapping: their labels, invented people, and the right columns.

Each line: what it is, the columns as ``label~kind of cells`` with ``|`` between them, and the right answers for user ID,
e-mail, new e-mail, status, first name and last name, ``|`` between them. An answer is a label, or several with `` or ``
between them; ``-`` is none. A kind of cells is one of `mapping_tables.KINDS`, or ``=`` and the cells themselves with ``/``
between them, repeated. Labels are those of the systems' public documentation; answers were written before anything was scored
with them, and ``docs/header-and-mapping.md`` says how that came out the first time. Rules have been changed for them since.
"""

from __future__ import annotations

import random
from itertools import cycle

from mapping_tables import KINDS, Person

#: Rows of an export: as few as a small organisation has.
ROWS = 9

JUDGED: list[tuple[str, str, str]] = [
    ("canvas sis users",
     "user_id~code|integration_id~blank|login_id~login|first_name~first|last_name~last|full_name~whole|sortable_name~last, first|"
     "short_name~first|email~work mail|status~=active/active/suspended",
     "user_id|email|-|status|first_name|last_name"),
    ("moodle participants",
     "First name~first|Last name~last|ID number~code|Email address~work mail|Institution~=North/North|Department~part|Last course access~stamp",
     "ID number or -|Email address|-|-|First name|Last name"),
    ("moodle upload users",
     "username~login|password~=changeme|firstname~first|lastname~last|email~work mail|idnumber~code|suspended~=0/0/1|course1~=C1/C2",
     "idnumber or username|email|-|suspended|firstname|lastname"),
    ("blackboard users",
     "Last Name~last|First Name~first|Username~login|Student ID~number|Last Access~stamp|Availability~=Yes/Yes/No|Total Points~points",
     "Student ID|-|-|Availability or -|First Name|Last Name"),
    ("schoology export",
     "Schoology ID~other number|Unique ID~code|Title~=Ms./Mr.|First Name~first|Middle Name~blank|Last Name~last|Role~=Student/Teacher|"
     "Username~login|Email~work mail|Graduation Year~=2027/2028",
     "Unique ID or Schoology ID or -|Email|-|-|First Name|Last Name"),
    ("clever students",
     "School_id~=12/13|Student_id~number|Student_number~code|State_id~other number|Last_name~last|First_name~first|Grade~grade|"
     "Student_email~work mail|Contact_name~whole|Contact_email~parent mail|Username~login",
     "Student_id or Student_number|Student_email|-|-|First_name|Last_name"),
    ("oneroster users",
     "sourcedId~uuid|status~=active/active/tobedeleted|dateLastModified~stamp|enabledUser~=true/true/false|orgSourcedIds~=o1|role~=student|"
     "username~login|userIds~blank|givenName~first|familyName~last|middleName~blank|identifier~code|email~work mail|agentSourcedIds~blank|grades~grade",
     "sourcedId or identifier|email|-|status or enabledUser|givenName|familyName"),
    ("infinite campus",
     "student.studentNumber~number|student.lastName~last|student.firstName~first|student.grade~grade|student.stateID~other number|"
     "contacts.email~parent mail|student.activeYear~=1|student.homeroomTeacher~whole",
     "student.studentNumber|-|-|-|student.firstName|student.lastName"),
    ("sims pupils",
     "UPN~=A801200001001/A801200001002/A801200001003/A801200001004/A801200001005/A801200001006/A801200001007/A801200001008/A801200001009|"
     "Adm No~number|Legal Surname~last|Legal Forename~first|Preferred Forename~first|Reg~=7A/7B|Primary Email~work mail|"
     "Parental Email~parent mail",
     "Adm No or UPN|Primary Email|-|-|Legal Forename or Preferred Forename|Legal Surname"),
    ("arbor staff",
     "Arbor ID~other number|Staff code~=ADB/BEC/CEM/DOR/EMR/FAY/GUS/HAN/IVO|Full name~whole|Work email~work mail|Personal email~private mail|Line manager~whole|"
     "Start date~date|Leaving date~blank",
     "Staff code or Arbor ID or -|Work email|-|-|Full name or -|Full name or -"),
    ("workday workers",
     "Employee ID~number|Worker~whole|Legal Name - First Name~first|Legal Name - Last Name~last|Primary Work Email~work mail|"
     "Primary Home Email~private mail|Worker Status~=Active/Active/On Leave/Terminated|Worker's Manager~whole|Manager ID~code|Cost Center - ID~=CC1/CC2|"
     "Hire Date~date|Time Type~=Full time/Part time",
     "Employee ID|Primary Work Email|-|Worker Status|Legal Name - First Name|Legal Name - Last Name"),
    ("bamboohr",
     "Employee #~number|First Name~first|Last Name~last|Preferred Name~first|Status~=Active/Active/Inactive|Work Email~work mail|"
     "Home Email~private mail|Job Title~title|Reporting to~whole|Hire Date~date|Employment Status~contract",
     "Employee #|Work Email|-|Status|First Name|Last Name"),
    ("successfactors users",
     "STATUS~=active/active/inactive|USERID~number|USERNAME~login|FIRSTNAME~first|LASTNAME~last|MI~blank|GENDER~=F/M|EMAIL~work mail|MANAGER~=NO_MANAGER/10001|"
     "HR~=NO_HR|DEPARTMENT~part|JOBCODE~=J1/J2|HIREDATE~date|EMPID~code",
     "USERID or EMPID|EMAIL|-|STATUS|FIRSTNAME|LASTNAME"),
    ("personio",
     "Personio ID~other number|Vorname~first|Nachname~last|E-Mail~work mail|Status~=Aktiv/Aktiv/Inaktiv/Elternzeit|Personalnummer~number|Abteilung~part|"
     "Position~title|Vorgesetzter~whole|Einstellungsdatum~date|Private E-Mail~private mail",
     "Personalnummer|E-Mail|-|Status|Vorname|Nachname"),
    ("hibob",
     "ID~other number|Display name~whole|First name~first|Last name~last|Email~work mail|Employee ID in company~code|Reports to~whole|"
     "Reports to email~boss mail|Lifecycle status~=Employed/Employed/Terminated|Site~town",
     "Employee ID in company|Email|-|Lifecycle status or -|First name|Last name"),
    ("datev lodas",
     "Beraternummer~=1234567|Mandantennummer~=10001|PNR~number|Familienname~last|Vorname~first|Geburtsdatum~date|Sozialversicherungsnummer~state number|"
     "E-Mail~work mail|Austrittsdatum~blank",
     "PNR|E-Mail|-|-|Vorname|Familienname"),
    ("paylocity",
     "Company ID~=B123|Employee ID~number|Last Name~last|First Name~first|Employee Status~=A/A/T/L|Employee Status Description~=Active/Active/Terminated/Leave|"
     "Work Email~work mail|Home Email~private mail|Supervisor~whole|SSN~state number",
     "Employee ID|Work Email|-|Employee Status or Employee Status Description|First Name|Last Name"),
    ("peoplesoft query",
     "EMPLID~number|NAME~last, first|FIRST_NAME~first|LAST_NAME~last|EMAIL_ADDR~work mail|HR_STATUS~=A/A/I|EMPL_STATUS~=A/A/T|DEPTID~=D1/D2|JOBCODE~=J1|"
     "SUPERVISOR_ID~number",
     "EMPLID|EMAIL_ADDR|-|HR_STATUS or EMPL_STATUS or -|FIRST_NAME|LAST_NAME"),
    ("banner",
     "SPRIDEN_PIDM~other number|SPRIDEN_ID~=A00012345/A00012346/A00012347/A00012348/A00012349/A00012350/A00012351/A00012352/A00012353|"
     "SPRIDEN_LAST_NAME~last|SPRIDEN_FIRST_NAME~first|SPRIDEN_MI~blank|GOREMAL_EMAIL_ADDRESS~work mail|SGBSTDN_STST_CODE~=AS/IS",
     "SPRIDEN_ID or -|GOREMAL_EMAIL_ADDRESS|-|SGBSTDN_STST_CODE or -|SPRIDEN_FIRST_NAME|SPRIDEN_LAST_NAME"),
    ("eventbrite attendees",
     "Order #~order|Order Date~stamp|First Name~first|Last Name~last|Email~private mail|Quantity~=1|Ticket Type~=VIP/Early bird|Attendee #~other number|"
     "Barcode #~=500110001/500110002/500110003/500110004/500110005/500110006/500110007/500110008/500110009|Attendee Status~=Attending/Attending/Not Attending|"
     "Cell Phone~phone",
     "-|Email|-|-|First Name|Last Name"),
    ("luma guests",
     "api_id~=gst-a1/gst-a2/gst-a3/gst-a4/gst-a5/gst-a6/gst-a7/gst-a8/gst-a9|name~whole|first_name~first|last_name~last|email~private mail|phone_number~phone|"
     "created_at~stamp|approval_status~=approved/approved/declined|checked_in_at~blank|ticket_name~=Standard",
     "-|email|-|-|first_name|last_name"),
    ("teams attendance",
     "Full Name~whole|User Action~=Joined/Left|Timestamp~stamp",
     "-|-|-|-|Full Name or -|Full Name or -"),
    ("teams participants",
     "Name~whole|First Join~stamp|Last Leave~stamp|In-Meeting Duration~=8m/50m|Email~work mail|Participant ID (UPN)~work mail|Role~=Presenter/Attendee",
     "-|Email or Participant ID (UPN)|-|-|Name or -|Name or -"),
    ("zoom participants",
     "Name (Original Name)~whole|User Email~work mail|Join Time~stamp|Leave Time~stamp|Duration (Minutes)~points|Guest~=Yes/No|Recording Consent~blank",
     "-|User Email|-|-|Name (Original Name) or -|Name (Original Name) or -"),
    ("zoom users",
     "Email~work mail|First Name~first|Last Name~last|Department~part|User Type~=Licensed/Basic|User Status~=Active/Active/Inactive|Employee Unique ID~code|"
     "Last Sign In~date|Role~=Member/Admin",
     "Employee Unique ID|Email|-|User Status|First Name|Last Name"),
    ("okta people",
     "login~work mail|email~work mail|firstName~first|lastName~last|status~=ACTIVE/ACTIVE/DEPROVISIONED/SUSPENDED|employeeNumber~code|secondEmail~private mail|"
     "manager~whole|managerId~code|created~stamp|lastLogin~stamp",
     "employeeNumber|email or login|-|status|firstName|lastName"),
    ("scim flat",
     "id~uuid|externalId~code|userName~work mail|name.givenName~first|name.familyName~last|emails[0].value~work mail|active~=true/true/false",
     "externalId or id|emails[0].value or userName|-|active|name.givenName|name.familyName"),
    ("gam users",
     "primaryEmail~work mail|name.givenName~first|name.familyName~last|name.fullName~whole|suspended~=False/False/True|suspensionReason~blank|"
     "orgUnitPath~=/Staff|lastLoginTime~stamp|recoveryEmail~private mail|isAdmin~=False|externalIds.0.value~code|relations.0.value~boss mail",
     "externalIds.0.value or -|primaryEmail|-|suspended|name.givenName|name.familyName"),
    ("active directory csvde",
     "DN~=CN=a/CN=b|sAMAccountName~login|givenName~first|sn~last|displayName~whole|mail~work mail|userPrincipalName~work mail|employeeID~number|"
     "userAccountControl~=512/514|manager~=CN=z|department~part|LockedOut~=False/False/True|Enabled~=True/True/False",
     "employeeID or sAMAccountName|mail or userPrincipalName|-|Enabled|givenName|sn"),
    ("admanager report",
     "Full Name~whole|First Name~first|Last Name~last|Logon Name~login|Employee ID~number|E-mail Address~work mail|Account Status~=Enabled/Enabled/Disabled|"
     "Account locked out~=No/No/Yes|Last Logon Time~stamp|Manager~whole|When Created~stamp",
     "Employee ID or Logon Name|E-mail Address|-|Account Status|First Name|Last Name"),
    ("servicenow sys_user",
     "User ID~login|Name~whole|Email~work mail|Active~=true/true/false|Locked out~=false|Manager~whole|Employee number~code|Title~title|Updated~stamp|VIP~=false",
     "Employee number or User ID|Email|-|Active|Name or -|Name or -"),
    ("jira users",
     "Username~login|Full name~whole|Email~work mail|Active~=Yes/Yes/No|Last login~stamp|Groups~=jira-users|Directory~=Internal",
     "Username or -|Email|-|Active|Full name or -|Full name or -"),
    ("gitlab seats",
     "Id~other number|Name~whole|Username~login|Email~work mail|State~=active/active/blocked|Last activity~date",
     "Id or Username or -|Email|-|State|Name or -|Name or -"),
    ("zendesk users",
     "id~other number|name~whole|email~private mail|external_id~code|role~=end-user/agent|suspended~=false/false/true|active~=true|last_login_at~stamp|"
     "organization_id~=9/10|ticket_restriction~=requested",
     "external_id or id or -|email|-|suspended or active|name or -|name or -"),
    ("salesforce users",
     "User ID~=005000001/005000002/005000003/005000004/005000005/005000006/005000007/005000008/005000009|Username~work mail|First Name~first|Last Name~last|"
     "Alias~=aadl/bber|Email~work mail|Active~=1/1/0|Profile~=Standard|Manager: Full Name~whole|Last Login~stamp|Federation ID~work mail",
     "User ID or -|Email|-|Active|First Name|Last Name"),
    ("mailchimp audience",
     "Email Address~private mail|First Name~first|Last Name~last|MEMBER_RATING~=2/4|OPTIN_TIME~stamp|CONFIRM_TIME~stamp|LEID~other number|"
     "EUID~=a1b2/a1b3/a1b4/a1b5/a1b6/a1b7/a1b8/a1b9/a1c0|NOTES~blank|TAGS~=x",
     "- or EUID or LEID|Email Address|-|-|First Name|Last Name"),
    ("qualtrics",
     "StartDate~stamp|EndDate~stamp|Status~=IP Address/IP Address/Survey Preview|IPAddress~=10.0.0.1/10.0.0.2|Progress~=100/40|Finished~=True/False|"
     "ResponseId~=R_1a/R_2b/R_3c/R_4d/R_5e/R_6f/R_7g/R_8h/R_9i|RecipientLastName~last|RecipientFirstName~first|RecipientEmail~work mail|"
     "ExternalReference~code|Q1~text",
     "ExternalReference or -|RecipientEmail|-|-|RecipientFirstName|RecipientLastName"),
    ("microsoft forms",
     "ID~row|Start time~stamp|Completion time~stamp|Email~work mail|Name~whole|What is your first choice?~=Go/SQL|Your employee number~number",
     "Your employee number|Email|-|-|Name or -|Name or -"),
    ("google form",
     "Timestamp~stamp|Email Address~private mail|First name~first|Surname~last|First choice of workshop~=A/B|Second choice of workshop~=B/A|"
     "First aid trained?~=Yes/No|Manager's email~boss mail",
     "-|Email Address|-|-|First name|Surname"),
    ("hubspot portal users",
     "User ID~other number|First name~first|Last name~last|Email~work mail|User status~=Active/Active/Deactivated|Last active~date|Primary team~part|Seat~=Core",
     "User ID or -|Email|-|User status|First name|Last name"),
    ("slack analytics",
     "Name~whole|What I Do~title|Account type~=Member/Admin|Account created (UTC)~date|Claimed Date (UTC)~date|Deactivated date (UTC)~blank|"
     "Days active~points|Last active (UTC)~date|User ID~=U01A/U01B/U01C/U01D/U01E/U01F/U01G/U01H/U01I|Email~work mail|Username~login",
     "User ID or Username|Email|-|-|Name or -|Name or -"),
    ("linkedin learning",
     "Name~whole|Email~work mail|Unique User ID~code|Groups~part|License Status~=Activated/Activated/Revoked|Last Activity~date|Content Name~text",
     "Unique User ID|Email|-|-|Name or -|Name or -"),
    ("coursera progress",
     "Name~whole|Email~work mail|External Id~code|Program Name~=Data|Enrollment Time~stamp|Last Course Activity Time~stamp|Progress (%)~points|Completed~=Yes/No|"
     "Removed From Program~=No/No/Yes",
     "External Id or -|Email|-|-|Name or -|Name or -"),
    ("cornerstone users",
     "User ID~number|User Name~login|User First Name~first|User Last Name~last|User Email~work mail|User Status~=Active/Inactive|User Manager~whole|"
     "Manager Email~boss mail|Division~part|Training Status~progress",
     "User ID|User Email|-|User Status|User First Name|User Last Name"),
    ("mentor pairs",
     "Mentor Name~whole|Mentor Email~boss mail|Mentee Name~whole|Mentee Email~work mail|Session Status~=Done/Open|Track~part",
     "-|- or Mentee Email|-|-|- or Mentee Name|- or Mentee Name"),
    ("employees and mentors",
     "Employee ID~number|Name~whole|Email~work mail|Mentor~whole|Mentor email~boss mail|Mentor status~=Active/Inactive/Active|Active mentor~=Yes/No",
     "Employee ID|Email|-|-|Name or -|Name or -"),
    ("club members",
     "Mitgliedsnummer~number|Anrede~=Frau/Herr|Titel~blank|Vorname~first|Nachname~last|E-Mail~private mail|Eintritt~date|Austritt~blank|Zahlungsart~=Lastschrift|"
     "Beitragsstatus~=bezahlt/offen|IBAN~=DE02120300000000202051",
     "Mitgliedsnummer|E-Mail|-|-|Vorname|Nachname"),
    ("french hr",
     "Matricule~number|Civilité~=Mme/M.|Nom~last|Prénom~first|Adresse mail pro~work mail|Mail perso~private mail|N+1~whole|Mail N+1~boss mail|"
     "Situation~=Actif/Actif/Sorti|Date d'entrée~date|N° SS~state number",
     "Matricule|Adresse mail pro|-|Situation or -|Prénom|Nom"),
    ("spanish school",
     "NIA~number|DNI~=12345678Z/12345679S|Apellidos~last|Nombre~first|Correo electrónico~work mail|Correo del tutor~parent mail|Grupo~=1A/1B|Estado~=Activo/Baja",
     "NIA|Correo electrónico|-|Estado|Nombre|Apellidos"),
    ("dutch club",
     "Relatiecode~=ABC123/ABD124/ABE125/ABF126/ABG127/ABH128/ABI129/ABJ130/ABK131|Voornaam~first|Tussenvoegsel~=van der/de|Achternaam~last|E-mail~private mail|"
     "Lid sinds~date|Lidsoort~=Spelend/Steunend|Status~=Actief/Opgezegd",
     "Relatiecode or -|E-mail|-|Status|Voornaam|Achternaam"),
    ("rename sheet",
     "Employee No~number|Name~whole|Current e-mail~work mail|Changed to~private mail|Effective from~date",
     "Employee No|Current e-mail|Changed to|-|Name or -|Name or -"),
    ("old and new",
     "Old Email~work mail|New Email~private mail|Reason~text",
     "-|Old Email|New Email|-|-|-"),
    ("polish staff",
     "Nr ewidencyjny~number|Imię~first|Nazwisko~last|E-mail służbowy~work mail|E-mail prywatny~private mail|Przełożony~whole|E-mail przełożonego~boss mail|"
     "Status zatrudnienia~=Zatrudniony/Zwolniony|PESEL~=90010112345/91010112346",
     "Nr ewidencyjny|E-mail służbowy|-|Status zatrudnienia|Imię|Nazwisko"),
    ("japanese staff",
     "社員番号~number|氏名~whole|フリガナ~whole|メールアドレス~work mail|部署~part|上長~whole|上長メールアドレス~boss mail|在籍区分~=在籍/退職",
     "社員番号|メールアドレス|-|在籍区分|氏名 or -|氏名 or -"),
    ("turkish staff",
     "Sicil No~number|T.C. Kimlik No~=12345678901/12345678902|Adı~first|Soyadı~last|Kurumsal E-posta~work mail|Kişisel E-posta~private mail|"
     "Yöneticisi~whole|Durum~=Aktif/Pasif",
     "Sicil No|Kurumsal E-posta|-|Durum|Adı|Soyadı"),
    ("discourse group",
     "username~login|name~whole|email~private mail|added_at~stamp|last_posted_at~stamp|last_seen_at~stamp|suspended_till~blank",
     "username or -|email|-|suspended_till or -|name or -|name or -"),
    ("woocommerce orders",
     "order_id~other number|order_number~order|order_date~stamp|status~=completed/processing|customer_id~number|billing_first_name~first|"
     "billing_last_name~last|billing_email~private mail|customer_note~text",
     "- or customer_id|billing_email or -|-|-|billing_first_name or -|billing_last_name or -"),
    ("jotform",
     "Submission Date~stamp|Full Name - First Name~first|Full Name - Last Name~last|E-mail~private mail|Approval Status~=Approved/Pending|Submission ID~other number|"
     "IP~=10.0.0.1",
     "-|E-mail|-|-|Full Name - First Name|Full Name - Last Name"),
    ("delivery report",
     "Recipient~private mail|Name~whole|Status~=Delivered/Bounced/Opened|Message ID~uuid|Sent at~stamp",
     "-|Recipient or -|-|-|Name or -|Name or -"),
    ("volunteers",
     "Volunteer ID~code|Volunteer Name~whole|Volunteer Email~private mail|Emergency Contact Name~whole|Emergency Contact Email~private mail|"
     "Background Check Status~=Cleared/Pending|Member since~date",
     "Volunteer ID|Volunteer Email|-|-|Volunteer Name or -|Volunteer Name or -"),
    ("auth0 users",
     "user_id~=auth0a1/auth0a2/auth0a3/auth0a4/auth0a5/auth0a6/auth0a7/auth0a8/auth0a9|email~private mail|email_verified~=true/false|given_name~first|family_name~last|"
     "blocked~=/true|logins_count~points|last_ip~=10.0.0.1|created_at~stamp",
     "user_id|email|-|blocked|given_name|family_name"),
    ("survey panel",
     "Respondent ID~other number|Panelist ID~code|E-mail~private mail|Complete~=Complete/Partial|Response status~=Complete/Screened out",
     "Panelist ID or -|E-mail|-|-|-|-"),
]  # fmt: skip

FIELDS = ("id", "email", "new_email", "status", "first_name", "last_name")


def answers(text: str) -> dict[str, tuple[str | None, ...]]:
    """Field → the right labels; None is no column."""
    each = [tuple(None if one == "-" else one for one in part.split(" or ")) for part in text.split("|")]
    return dict(zip(FIELDS, each, strict=True))


def make_export(columns: str) -> list[list[str | None]]:
    """The rows of an export, labels first."""
    chance = random.Random(7)
    people = [Person(chance, at) for at in range(ROWS)]
    made: list[list[str | None]] = []
    for column in columns.split("|"):
        label, _, kind = column.partition("~")
        if kind.startswith("="):
            each = cycle(kind[1:].split("/"))
            made.append([label, *(next(each) or None for _ in people)])
        else:
            made.append([label, *(KINDS[kind](person) for person in people)])
    return [list(row) for row in zip(*made, strict=True)]


#: Written and scored after the rules had been changed for `JUDGED`.
JUDGED_LATER: list[tuple[str, str, str]] = [
    ("adobe admin console",
     "Identity Type~=Federated ID|Username~work mail|Domain~=north.example|Email~work mail|First Name~first|Last Name~last|Country Code~=DE|ID~blank|"
     "Product Configurations~=All Apps|Admin Roles~blank|User Groups~part",
     "ID or Username or -|Email|-|-|First Name|Last Name"),
    ("dropbox team",
     "Email~work mail|First name~first|Last name~last|Team member ID~=dbmid:A1/dbmid:A2/dbmid:A3/dbmid:A4/dbmid:A5/dbmid:A6/dbmid:A7/dbmid:A8/dbmid:A9|Status~=active/active/suspended|"
     "Role~=Member/Admin|External ID~code|Last activity~date",
     "External ID or Team member ID|Email|-|Status|First name|Last name"),
    ("github org members",
     "login~login|name~whole|email~work mail|role~=member/owner|tfa_enabled~=true/false|saml_name_id~work mail|last_active~date",
     "login or saml_name_id or -|email or saml_name_id|-|-|name or -|name or -"),
    ("asana members",
     "Name~whole|Email address~work mail|Member type~=Member/Guest|Last active~date|Teams~part|Added on~date",
     "-|Email address|-|-|Name or -|Name or -"),
    ("notion members",
     "User ID~uuid|Full Name~whole|Email~work mail|Member/Guest~=Member/Guest|Status~=Member/Workspace owner/Guest|Groups~part",
     "User ID|Email|-|- or Status|Full Name or -|Full Name or -"),
    ("lastpass users",
     "Name~whole|Email~work mail|Created~stamp|Last login~stamp|Status~=Active/Invited/Disabled|MP strength~points|Security score~points|Admin~=No/Yes",
     "-|Email|-|Status|Name or -|Name or -"),
    ("google classroom",
     "Last Name~last|First Name~first|Email Address~work mail|Essay 1~points|Quiz 2~points",
     "-|Email Address|-|-|First Name|Last Name"),
    ("powerschool teachers",
     "TeacherNumber~number|First_Name~first|Last_Name~last|Email_Addr~work mail|Status~=1/1/2|StaffStatus~=1/1/2|SchoolID~=310|LoginID~login",
     "TeacherNumber|Email_Addr|-|Status or StaffStatus or -|First_Name|Last_Name"),
    ("skyward families",
     "Student Other ID~number|Student Last Name~last|Student First Name~first|Student Email~work mail|Family 1 Guardian 1 Email~parent mail|"
     "Family 1 Guardian 1 Name~whole|Advisor~whole|Student Status~=A/A/I",
     "Student Other ID or -|Student Email|-|Student Status or -|Student First Name|Student Last Name"),
    ("tes sims german school",
     "Schülernummer~number|Familienname~last|Rufname~first|Klasse~=7a/7b|Mailadresse Schüler~work mail|Mail Erziehungsberechtigte~parent mail|Klassenlehrer~whole|"
     "Abgangsdatum~blank",
     "Schülernummer|Mailadresse Schüler|-|-|Rufname|Familienname"),
    ("sap hr german",
     "PersNr~number|Nachname~last|Vorname~first|Mitarbeiterkreis~=Angestellte/Azubi|Status~=aktiv/aktiv/ruhend/ausgetreten|E-Mail geschäftlich~work mail|"
     "E-Mail privat~private mail|Kostenstelle~=4711/4712|Führungskraft~whole|Führungskraft E-Mail~boss mail",
     "PersNr|E-Mail geschäftlich|-|Status|Vorname|Nachname"),
    ("italian payroll",
     "Matricola~number|Cognome~last|Nome~first|Codice fiscale~=RSSMRA80A01H501U/VRDLGI81B02F205X|Email aziendale~work mail|Email personale~private mail|"
     "Responsabile~whole|Email responsabile~boss mail|Stato~=Attivo/Cessato",
     "Matricola|Email aziendale|-|Stato|Nome|Cognome"),
    ("brazilian university",
     "Matrícula~number|CPF~=123.456.789-09/987.654.321-00|Nome completo~whole|E-mail institucional~work mail|E-mail pessoal~private mail|Orientador~whole|"
     "E-mail do orientador~boss mail|Situação~=Ativo/Trancado/Formado",
     "Matrícula|E-mail institucional|-|Situação or -|Nome completo or -|Nome completo or -"),
    ("mexican hr",
     "No. Empleado~number|CURP~=ABCD800101HDFRRN09/ABCE810202MDFRRN08|Nombre(s)~first|Apellido Paterno~last|Apellido Materno~last|Correo institucional~work mail|"
     "Jefe inmediato~whole|Correo jefe~boss mail|Estatus~=Activo/Baja",
     "No. Empleado|Correo institucional|-|Estatus|Nombre(s)|Apellido Paterno"),
    ("korean staff",
     "사번~number|이름~whole|부서~part|이메일~work mail|재직상태~=재직/퇴직|상급자~whole|상급자 이메일~boss mail|주민등록번호~=900101-1234567",
     "사번|이메일|-|재직상태|이름 or -|이름 or -"),
    ("chinese staff",
     "工号~number|姓名~whole|部门~part|邮箱~work mail|状态~=在职/离职|直属上级~whole|上级邮箱~boss mail|手机~phone",
     "工号|邮箱|-|状态|姓名 or -|姓名 or -"),
    ("swedish staff",
     "Anställningsnr~number|Personnummer~=19900101-1234/19910202-2345|Förnamn~first|Efternamn~last|E-post arbete~work mail|E-post privat~private mail|Chef~whole|"
     "Chefens e-post~boss mail|Status~=Aktiv/Avslutad",
     "Anställningsnr|E-post arbete|-|Status|Förnamn|Efternamn"),
    ("russian staff",
     "Табельный номер~number|Фамилия~last|Имя~first|Отчество~first|Рабочая почта~work mail|Личная почта~private mail|Руководитель~whole|ИНН~=770123456789|"
     "Статус~=Работает/Уволен",
     "Табельный номер|Рабочая почта|-|Статус|Имя|Фамилия"),
    ("eventim orders",
     "Booking reference~order|Booked by~whole|Booker email~private mail|Guest first name~first|Guest last name~last|Guest email~work mail|Ticket status~=Valid/Refunded",
     "-|Guest email or -|-|-|Guest first name|Guest last name"),
    ("webex attendance",
     "Meeting Number~=123|Name~whole|Attendee Email~work mail|Join Time~stamp|Leave Time~stamp|Attendance Duration~points|Connection Type~=Desktop",
     "-|Attendee Email|-|-|Name or -|Name or -"),
    ("gotowebinar",
     "Attended~=Yes/No|Interest Rating~points|Last Name~last|First Name~first|Email Address~work mail|Registration Date / Time~stamp|Unsubscribed~=No/Yes|Organization~part",
     "-|Email Address|-|-|First Name|Last Name"),
    ("limesurvey tokens",
     "tid~row|firstname~first|lastname~last|email~work mail|emailstatus~=OK/OK/bounced|token~=aB1x/aB2x/aB3x/aB4x/aB5x/aB6x/aB7x/aB8x/aB9x|language~=en|sent~stamp|completed~=N/Y|usesleft~=1",
     "- or token|email|-|-|firstname|lastname"),
    ("redcap",
     "record_id~row|redcap_survey_identifier~blank|first_name~first|last_name~last|email~private mail|consent_complete~=2/2/0|baseline_complete~=2/0",
     "-|email|-|-|first_name|last_name"),
    ("civicrm contacts",
     "Internal Contact ID~other number|Contact Type~=Individual|First Name~first|Last Name~last|Email~private mail|Do Not Email~=No|On Hold~=No|Membership Status~=Current/Expired|"
     "External Identifier~code|Is Deceased~=No",
     "External Identifier or Internal Contact ID or -|Email|-|- or Membership Status|First Name|Last Name"),
    ("moodle grade history",
     "Username~login|Full name~whole|Email address~work mail|Grader~whole|Grade item~=Quiz 1|Original grade~points|Revised grade~points|Overridden~=No",
     "Username or -|Email address|-|-|Full name or -|Full name or -"),
    ("mentoring platform",
     "Participant ID~code|Participant name~whole|Participant email~work mail|Role~=Mentor/Mentee|Matched with~whole|Matched with email~boss mail|Match status~=Active/Ended|"
     "Profile complete~=Yes/No",
     "Participant ID|Participant email|-|-|Participant name or -|Participant name or -"),
    ("matching sheet",
     "Mentee ID~number|Mentee~whole|Mentee e-mail~work mail|Mentor ID~other number|Mentor~whole|Mentor e-mail~boss mail",
     "- or Mentee ID|- or Mentee e-mail|-|-|- or Mentee|- or Mentee"),
    ("name changes",
     "Emp ID~number|Old Last Name~last|New Last Name~last|Old E-mail~work mail|New E-mail~private mail|Effective~date",
     "Emp ID|Old E-mail|New E-mail|-|-|Old Last Name or New Last Name or -"),
    ("domain migration",
     "samAccountName~login|Current UPN~work mail|Target UPN~private mail|Migrated~=Yes/No|Batch~=1/2",
     "samAccountName or -|Current UPN or -|Target UPN or -|-|-|-"),
    ("leavers list",
     "Personnel Number~number|Name~last, first|Business Email~work mail|Last working day~date|Leaving reason~text|Replacement~whole|Replacement email~boss mail",
     "Personnel Number|Business Email|-|-|Name or -|Name or -"),
]  # fmt: skip
