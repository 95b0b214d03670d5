"""How what is to be said leaves the house: mails, calendar files and the way they are sent."""
