"""Services, people and questions as clients of the Graph API write them, with every property set."""

from tests.functions.graph.appointments.bookings import ADDRESS


PREFER = {"prefer": "include-unknown-enum-members"}
WEEK = [
    {"day": day, "timeSlots": [{"startTime": "10:00:00.0000000", "endTime": "12:30:00.0000000"}] if day == "monday" else []}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]  # fmt: skip
CLOSED_WEEK = [{**day, "timeSlots": []} for day in WEEK]
LOCATION = {
    "displayName": "Contoso Lunch Delivery",
    "locationEmailAddress": "lunch@contoso.com",
    "locationUri": "https://contoso.com/lunch",
    "locationType": "restaurant",
    "uniqueId": "room-7",
    "uniqueIdType": "directory",
    "address": ADDRESS,
    "coordinates": {"latitude": 42.88, "longitude": -78.87, "altitude": 180.5, "accuracy": 3.0, "altitudeAccuracy": 1.5},
}  # fmt: skip
SERVICE = {
    "displayName": "Bento",
    "description": "Individual bento box lunch delivery",
    "notes": "Home-cooked special",
    "additionalInformation": "Please be on time.",
    "defaultDuration": "PT1H30M",
    "preBuffer": "PT5M",
    "postBuffer": "PT10M",
    "defaultPrice": 10.5,
    "defaultPriceType": "fixedPrice",
    "defaultLocation": LOCATION,
    "defaultReminders": [
        {"message": "tomorrow", "offset": "P1D", "recipients": "allAttendees"},
        {"message": "soon", "offset": "PT2H", "recipients": "customer"},
        {"message": "yours", "offset": "PT15M", "recipients": "staff"},
    ],
    "customQuestions": [{"questionId": "before", "isRequired": True}, {"questionId": "why", "isRequired": False}],
    "isAnonymousJoinEnabled": True,
    "isCustomerAllowedToManageBooking": False,
    "isHiddenFromCustomers": True,
    "isLocationOnline": True,
    "smsNotificationsEnabled": False,
    "languageTag": "fr-CA",
    "maximumAttendeesCount": 4,
    "schedulingPolicy": {
        "timeSlotInterval": "PT1H",
        "minimumLeadTime": "PT10H",
        "maximumAdvance": "P10D",
        "sendConfirmationsToOwner": False,
        "allowStaffSelection": False,
        "isMeetingInviteToCustomersEnabled": False,
        "generalAvailability": {"availabilityType": "customWeeklyHours", "businessHours": WEEK},
        "customAvailabilities": [
            {"availabilityType": "notBookable", "startDate": "2030-12-24", "endDate": "2030-12-26", "businessHours": None},
            {"availabilityType": "customWeeklyHours", "startDate": "2031-01-01", "endDate": "2031-01-31", "businessHours": WEEK},
            {"availabilityType": "bookWhenStaffAreFree", "startDate": "2031-02-01", "endDate": "2031-02-01", "businessHours": None},
        ],
    },
    "staffMemberIds": ["omar", "claire"],
    "staffAssignment": "all",
    "anyoneRule": "evenly",
    "customerFields": {"email": "optional", "phone": "required", "address": "optional", "notes": "hidden"},
    "followUp": {"message": "How was it?", "offset": "P1D", "recipients": "customer"},
    "confirmsToCustomer": False,
    "confirmsToStaff": False,
    "color": "#aabbcc",
    "meetingRoom": {
        "provider": "teams",
        "linkTemplate": None,
        "organizerId": "11111111-0000-4000-8000-000000000001",
    },
}  # fmt: skip
PERSON = {
    "displayName": "Dana Swope",
    "emailAddress": "danas@contoso.com",
    "role": "externalGuest",
    "timeZone": "America/Chicago",
    "useBusinessHours": False,
    "workingHours": WEEK,
    "availabilityIsAffectedByPersonalCalendar": False,
    "isEmailNotificationEnabled": False,
    "membershipStatus": "pendingAcceptance",
    "colorIndex": 7,
    "serves": "inPerson",
    "isListed": False,
    "isBookable": False,
    "priority": 3,
    "notifyOfTimeOff": False,
    "meetingRoom": {"provider": "link", "linkTemplate": "https://rooms.example/dana", "organizerId": None},
    "languageTag": "pt-BR",
}
QUESTION = {
    "displayName": "How did you hear of us?",
    "answerInputType": "radioButton",
    "answerOptions": ["Friends", "Press"],
}
KINDS = {"services": SERVICE, "staffMembers": PERSON, "customQuestions": QUESTION}
