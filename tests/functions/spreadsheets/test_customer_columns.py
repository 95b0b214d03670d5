"""What headings mean: exports of address books, and spreadsheets in each language."""

import pytest

from functions.spreadsheets.customer_columns import read_columns


OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,"
    "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Company Main Phone,Home Phone,"
    "Mobile Phone,Other Phone,Pager,Primary Phone,Anniversary,Billing Information,Birthday,"
    "Business Address PO Box,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,Gender,Notes,Web Page"
)
FRENCH_OUTLOOK = (
    "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Profession,Rue (bureau),Rue (bureau) 2,"
    "Ville (bureau),Dép/Région (bureau),Code postal (bureau),Pays/Région (bureau),Télécopie (bureau),"
    "Téléphone (bureau),Téléphone 2 (bureau),Tél. mobile,Téléphone société,Adresse de messagerie,"
    "Type de messagerie,Nom complet de l'adresse de messagerie,Notes"
)
RUSSIAN_OUTLOOK = (
    "Обращение,Имя,Отчество,Фамилия,Организация,Должность,Улица (раб. адрес),Улица 2 (раб. адрес),"
    "Город (раб. адрес),Область (раб. адрес),Индекс (раб. адрес),Страна (раб. адрес),Рабочий факс,Рабочий телефон,"
    "Телефон раб. 2,Телефон переносной,Телефон помощника,Адрес эл. почты,Тип эл. почты,Краткое имя эл. почты,Заметки"
)
PORTUGUESE_OUTLOOK = (
    "Título,Nome,Segundo nome,Sobrenome,Empresa,Cargo,Rua do endereço comercial,Cidade do endereço comercial,"
    "CEP do endereço comercial,País/Região do endereço comercial,Fax comercial,Telefone comercial,"
    "Telefone celular,Endereço de email,Tipo de email,Nome para exibição do email,Anotações"
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,"
    "Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Website 1 - Value"
)
GOOGLE_UNTIL_2024 = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Name Prefix,Notes,"
    "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name"
)
THUNDERBIRD = (
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
    "Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,Home City,Home State,Home ZipCode,"
    "Home Country,Job Title,Department,Organization,Web Page 1,Birth Year,Custom 1,Notes"
)
ROLES = {
    OUTLOOK: {
        "first": ["First Name"],
        "middle": ["Middle Name"],
        "last": ["Last Name"],
        "company": ["Company"],
        "phone": [
            "Business Phone",
            "Business Phone 2",
            "Home Phone",
            "Mobile Phone",
            "Other Phone",
            "Primary Phone",
        ],
        "email": ["E-mail Address", "E-mail 2 Address"],
        "notes": ["Notes"],
    },
    FRENCH_OUTLOOK: {
        "first": ["Prénom"],
        "middle": ["Deuxième prénom"],
        "last": ["Nom"],
        "company": ["Société"],
        "phone": ["Téléphone (bureau)", "Téléphone 2 (bureau)", "Tél. mobile"],
        "email": ["Adresse de messagerie"],
        "notes": ["Notes"],
    },
    RUSSIAN_OUTLOOK: {
        "first": ["Имя"],
        "middle": ["Отчество"],
        "last": ["Фамилия"],
        "company": ["Организация"],
        "phone": ["Рабочий телефон", "Телефон раб. 2", "Телефон переносной"],
        "email": ["Адрес эл. почты"],
        "notes": ["Заметки"],
    },
    PORTUGUESE_OUTLOOK: {
        "first": ["Nome"],
        "middle": ["Segundo nome"],
        "last": ["Sobrenome"],
        "company": ["Empresa"],
        "phone": ["Telefone comercial", "Telefone celular"],
        "email": ["Endereço de email"],
        "notes": ["Anotações"],
    },
    GOOGLE: {
        "first": ["First Name"],
        "middle": ["Middle Name"],
        "last": ["Last Name"],
        "company": ["Organization Name"],
        "phone": ["Phone 1 - Value"],
        "email": ["E-mail 1 - Value", "E-mail 2 - Value"],
        "notes": ["Notes"],
    },
    GOOGLE_UNTIL_2024: {
        "full": ["Name"],
        "first": ["Given Name"],
        "middle": ["Additional Name"],
        "last": ["Family Name"],
        "company": ["Organization 1 - Name"],
        "phone": ["Phone 1 - Value"],
        "email": ["E-mail 1 - Value"],
        "notes": ["Notes"],
    },
    THUNDERBIRD: {
        "first": ["First Name"],
        "last": ["Last Name"],
        "full": ["Display Name"],
        "company": ["Organization"],
        "phone": ["Work Phone", "Home Phone", "Mobile Number"],
        "email": ["Primary Email", "Secondary Email"],
        "notes": ["Notes"],
    },
}


def roles_of(headings):
    found = {}
    for one in read_columns(headings):
        if one.role and one.role != "address":
            found.setdefault(one.role, []).append(one.heading)
    return found


@pytest.mark.parametrize("headings", ROLES)
def test_an_address_book_is_known_by_its_headings(headings):
    assert roles_of(headings.split(",")) == ROLES[headings]


@pytest.mark.parametrize(
    "headings", [OUTLOOK, FRENCH_OUTLOOK, RUSSIAN_OUTLOOK, PORTUGUESE_OUTLOOK, GOOGLE, THUNDERBIRD]
)
def test_the_parts_of_one_postal_address_belong_together(headings):
    parts = [one for one in read_columns(headings.split(",")) if one.role == "address"]
    first = [one.part for one in parts if one.group == parts[0].group]
    assert {"city", "postalCode", "countryOrRegion"} <= set(first)
    assert {"street", "whole"} & set(first)


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        ("displayName emailAddress phone address notes", "full email phone address notes"),
        ("Name Email Phone Address Notes", "full email phone address notes"),
        ("NAME E-MAIL PHONE_NUMBER ADDRESS NOTES", "full email phone address notes"),
        ("Client Courriel Tél. Adresse Remarques", "full email phone address notes"),
        ("nom mail téléphone adresse commentaire", "full email phone address notes"),
        ("NOM PRENOM MOBILE", "last first phone"),
        ("Имя Почта Телефон Адрес Примечание", "full email phone address notes"),
        ("ФИО E-mail Тел. Адрес Комментарий", "full email phone address notes"),
        ("имя фамилия e-mail моб.", "first last email phone"),
        ("Nome E-mail Telefone Endereço Observações", "full email phone address notes"),
        ("NOME SOBRENOME EMAIL CELULAR", "first last email phone"),
        ("Nome Celular CEP", "full phone address"),
        ("first_name last_name email_address", "first last email"),
        ("Name Surname eMail", "first last email"),
    ],
)
def test_a_spreadsheet_in_each_language_is_known(headings, roles):
    assert [one.role for one in read_columns(headings.split())] == roles.split()


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Customer Name", "full"),
        ("Nom du client", "full"),
        ("Имя клиента", "full"),
        ("Nome do cliente", "full"),
        ("Nom et prénom", "first"),
        ("Фамилия, имя, отчество", "last"),
        ("Customer Email", "email"),
        ("Email (personal)", "email"),
        ("Адрес электронной почты", "email"),
        ("Adresse électronique", "email"),
        ("Correio eletrônico", "email"),
        ("Номер телефона", "phone"),
        ("N° de téléphone", "phone"),
        ("Número de telefone", "phone"),
        ("Business name", "company"),
        ("Почтовый адрес", "address"),
        ("Postal address", "address"),
        ("Post code", "address"),
        ("Tél. fixe", "phone"),
        ("Razão social", "company"),
        ("Почтовый код (дом.)", "address"),
        ("Téléphone 1 - Valeur", "phone"),
        ("Телефон 1 - Значение", "phone"),
        ("Telemóvel", "phone"),
        ("Correio electrónico", "email"),
        ("Email consent", ""),
        ("Staff Email", ""),
        ("Fax Number", ""),
        ("État civil", ""),
        ("", ""),
    ],
)
def test_a_heading_is_known_when_all_its_words_are(heading, role):
    (column,) = read_columns([heading])
    assert column.role == role


def test_a_telephone_has_a_kind():
    kinds = [
        one.kind for one in read_columns(["Mobile Phone", "Téléphone (domicile)", "Рабочий телефон", "Phone"])
    ]
    assert kinds == ["mobile", "home", "business", "other"]
