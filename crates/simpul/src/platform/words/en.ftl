skip-to-content = Skip to content
synthetic-data = Practice data: everybody here is invented.
more = More
menu = Account
main-menu = Main menu
change-password = Change password
other-language = Bahasa Indonesia
sign-out = Sign out
to-first-page = To the first page
form-mend = Please mend first:
yes = Yes
no = No
unknown = Not known
save = Save
cancel = Cancel
back = Back
print = Print
why = Why?
search = Search
keys-not-exported = The data keys have not been copied to a safe place. Run: simpul keys export FILE. Without keys a backup cannot be opened.

upload-too-large = This file is too large. Send a smaller photo, at most 11 MB.

error-title = Sorry
error-not-found = This page does not exist, or lies outside your area. Check the address, or go back to the first page.
error-stale-form = This page was open too long, so nothing was saved. Go back, reload it, and send again.
error-too-many = Too many tries. Wait { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
 }, then try again.
error-conflict = This record exists already or somebody has just changed it. Go back and look at the newest state.
error-database-away = The data store cannot be reached. Nothing was saved; try again in a moment.
error-disk-full = The disk of this machine is full, so nothing was saved. Call the administrator.
error-unprinted = The PDF could not be made. Go back to the page of the letter and print it from the browser.
error-internal = This program made a mistake, so nothing was saved. It has been noted; try again or call the administrator.
