"""The page: a window into the local Discord, for the browser.

Plain HTML, CSS and JavaScript modules under ``page``, served by the local Discord's own HTTP
server, so the page speaks to REST and gateway at its own origin, as a person, with that person's
token. Hidden here: which files make up the page, what it may load (nothing from outside this
machine), and the few facts it is given at its start.
"""
